"""Users, read through the cache."""

from typing import Any
from uuid import UUID

from grid_shared.cache import Cache
from grid_shared.service.database import Pool

_SELECT = (
    "SELECT id, email, display_name, created_at FROM users WHERE id = %s AND deleted_at IS NULL"
)
_UPDATE = (
    "UPDATE users SET display_name = %s WHERE id = %s AND deleted_at IS NULL"
    " RETURNING id, email, display_name, created_at"
)
_ERASE = "DELETE FROM users WHERE id = %s"

Row = dict[str, Any]


class Users:
    """Active users by ID: from memory, else from Redis, else from PostgreSQL."""

    def __init__(self, pool: Pool, cache: Cache[Row | None] | None) -> None:
        self.pool = pool
        self._cache = cache

    async def get(self, user: UUID) -> Row | None:
        """Read a user as JSON; None, which is cached too, if there is none.

        Raises:
            psycopg.OperationalError: it is in no cache, and the database is unavailable.
        """
        if self._cache is None:
            return await self._read(user)
        return await self._cache.get(str(user), lambda: self._read(user))

    async def change(self, user: UUID, display_name: str) -> Row | None:
        """Write the name and return the user as JSON; None if there is none. No instance returns
        the older name after this.

        Raises:
            psycopg.OperationalError: the database is unavailable. Nothing was written, or the
                answer was lost.
        """
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_UPDATE, [display_name, user])).fetchone()
        await self._forget(user)
        return _json(row)

    async def erase(self, user: UUID) -> None:
        """Delete a user with all that is theirs, and the cached copies of every instance.

        Raises:
            psycopg.OperationalError: the database is unavailable; nothing was deleted.
        """
        async with self.pool.connection() as connection:
            await connection.execute(_ERASE, [user])
        await self._forget(user)

    async def _forget(self, user: UUID) -> None:
        if self._cache:
            await self._cache.invalidate(str(user))

    async def _read(self, user: UUID) -> Row | None:
        async with self.pool.connection() as connection:
            return _json(await (await connection.execute(_SELECT, [user])).fetchone())


def _json(row: Row | None) -> Row | None:
    return row and row | {"id": str(row["id"]), "created_at": row["created_at"].isoformat()}
