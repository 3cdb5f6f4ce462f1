"""Data for development: a user to log in as, an agent and a conversation."""

import logging

from sqlalchemy import text

from grid_migrations import database, revisions
from grid_migrations.database import Timeouts
from grid_migrations.errors import BlockedError, Problem
from grid_migrations.settings import Settings

_log = logging.getLogger(__name__)

_STATEMENTS = (
    """
    INSERT INTO users (id, email, display_name) VALUES
        ('00000000-0000-4000-8000-000000000001', 'ada@example.com', 'Ada'),
        ('00000000-0000-4000-8000-000000000002', 'grace@example.com', 'Grace')
    ON CONFLICT (id) DO NOTHING
    """,
    """
    INSERT INTO agents (id, user_id, name) VALUES
        ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', 'Guide')
    ON CONFLICT (id) DO NOTHING
    """,
    """
    WITH conversation AS (
        INSERT INTO conversations (id, user_id, title) VALUES
            ('00000000-0000-4000-8000-000000000021',
             '00000000-0000-4000-8000-000000000001', 'Hello')
        ON CONFLICT (id) DO NOTHING
        RETURNING id, user_id
    )
    INSERT INTO chat_messages (conversation_id, user_id, agent_id, content)
    SELECT id, user_id, agent::uuid, content
    FROM conversation CROSS JOIN (VALUES
        (NULL, 'What can you do?'),
        ('00000000-0000-4000-8000-000000000011', 'Ask me anything about Grid.')
    ) AS said (agent, content)
    """,
)


def seed(settings: Settings, *, development: bool, timeouts: Timeouts | None = None) -> None:
    """Write the rows that do not exist yet.

    NODE_ENV is not enough, because it can be `development` by accident.

    Raises:
        BlockedError: NODE_ENV is not `development`, `development` is false, or the database has no
            tables.
        MigrationError: the database is unavailable, or another migration runs.
    """
    if not development or settings.node_env != "development":
        raise BlockedError(
            Problem(
                what="The seed requires a development environment",
                where="python -m grid_migrations seed",
                expected="--development and NODE_ENV=development",
                actual=f"{'--development' if development else 'no --development'} and "
                f"NODE_ENV={settings.node_env}",
                advice="If the database has no production data, set NODE_ENV=development and add "
                "--development",
            )
        )
    timeouts = timeouts or Timeouts()
    with (
        database.engine(settings, timeouts) as engine,
        database.connect(engine, settings) as connection,
    ):
        database.hold_lock(connection, settings, timeouts)
        if not revisions.current(connection):
            raise BlockedError(
                Problem(
                    what="The database has no tables",
                    where=settings.place,
                    advice="Create them first: python -m grid_migrations upgrade",
                )
            )
        with connection.begin():
            for statement in _STATEMENTS:
                connection.execute(text(statement))
    _log.info("the development data exists")
