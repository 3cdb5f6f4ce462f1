"""Indexes for the common queries, built without blocking anyone."""

from sqlalchemy import text

from grid_migrations.indexes import create_concurrently

revision = "0002"
down_revision = "0001"
phase = "expand"

_LIVING = text("deleted_at IS NULL")
_NEWEST = text("created_at DESC")


def upgrade() -> None:
    """Make the indexes of the architecture document, corrected.

    An address is unique among the living, in any letter case: who was deleted may come back. The
    document's index on `deleted_at` of rows where that is null has one value; it and the one
    on `created_at` become one index of living users by age. Every foreign key has an index that
    begins with it: PostgreSQL makes none, and a DELETE above would read the whole table below.
    """
    create_concurrently(
        "uq_users_email_active",
        "users",
        [text("lower(email)")],
        unique=True,
        postgresql_where=_LIVING,
    )
    create_concurrently("idx_users_active_created", "users", [_NEWEST], postgresql_where=_LIVING)
    create_concurrently("idx_agents_user", "agents", ["user_id"])
    create_concurrently("idx_conversations_user", "conversations", ["user_id", _NEWEST])
    create_concurrently(
        "idx_chat_messages_conversation", "chat_messages", ["conversation_id", _NEWEST]
    )
    create_concurrently(
        "idx_chat_messages_user_agent", "chat_messages", ["user_id", "agent_id", _NEWEST]
    )
    create_concurrently(
        "idx_chat_messages_agent",
        "chat_messages",
        ["agent_id"],
        postgresql_where=text("agent_id IS NOT NULL"),
    )
