"""Users, read through the cache."""

from typing import Any
from uuid import UUID

from grid_reference.database import Pool
from grid_shared import Cache

_SELECT = (
    "SELECT id, email, display_name, created_at FROM users WHERE id = %s AND deleted_at IS NULL"
)


_ERASE = "DELETE FROM users WHERE id = %s"


class Users:
    """Active users by ID: from memory, else from Redis, else from PostgreSQL."""

    def __init__(self, pool: Pool, cache: Cache[dict[str, Any] | None] | None) -> None:
        self._pool = pool
        self._cache = cache

    async def get(self, user: UUID) -> dict[str, Any] | None:
        """Read a user as JSON; None, which is cached too, if there is none.

        Raises:
            psycopg.OperationalError: it is in no cache, and the database is away.
        """
        if self._cache is None:
            return await self._read(user)
        return await self._cache.get(str(user), lambda: self._read(user))

    async def erase(self, user: UUID) -> None:
        """Delete a user with all that is theirs, and the cached copies of every instance.

        Raises:
            psycopg.OperationalError: the database is away; nothing was deleted.
        """
        async with self._pool.connection() as connection:
            await connection.execute(_ERASE, [user])
        if self._cache:
            await self._cache.invalidate(str(user))

    async def _read(self, user: UUID) -> dict[str, Any] | None:
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_SELECT, [user])).fetchone()
        if row is None:
            return None
        return row | {"id": str(row["id"]), "created_at": row["created_at"].isoformat()}
