"""Conversations of a user, in pages that begin after a conversation."""

from typing import Any
from uuid import UUID

from grid_shared.service.database import Pool

# The index idx_conversations_user has both in this order. A page costs the same at any depth.
_SELECT = """
SELECT id, title, created_at FROM conversations
WHERE user_id = %(user)s AND deleted_at IS NULL AND (
    %(after)s::uuid IS NULL
    OR (created_at, id) < (
        SELECT created_at, id FROM conversations WHERE id = %(after)s AND user_id = %(user)s
    )
)
ORDER BY created_at DESC, id DESC LIMIT %(limit)s + 1
"""


async def page(
    pool: Pool, user: UUID, limit: int, after: UUID | None
) -> tuple[list[dict[str, Any]], UUID | None]:
    """Read at most `limit` conversations, and `after` of the next page if there is one.

    Raises:
        psycopg.OperationalError: the database is unavailable.
    """
    parameters = {"user": user, "limit": limit, "after": after}
    async with pool.connection() as connection:
        rows = await (await connection.execute(_SELECT, parameters)).fetchall()
    items = rows[:limit]
    return items, items[-1]["id"] if len(rows) > limit else None
