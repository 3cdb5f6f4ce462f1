"""Users, agents, conversations and their messages."""

from alembic import op

revision = "0001"
down_revision = None
phase = "expand"

_USERS = """
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 320 AND email LIKE '%_@_%'),
    display_name text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz CHECK (deleted_at >= created_at)
)
"""

_AGENTS = """
CREATE TABLE agents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz CHECK (deleted_at >= created_at)
)
"""

_CONVERSATIONS = """
CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    title text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz CHECK (deleted_at >= created_at),
    UNIQUE (id, user_id)
)
"""

_MESSAGES = """
CREATE TABLE chat_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    agent_id uuid REFERENCES agents ON DELETE SET NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (conversation_id, user_id) REFERENCES conversations (id, user_id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    """Make the tables that the indexes of the architecture document speak of.

    Keys that appear in addresses are random (uuid), so that none can be guessed from another;
    messages, which are many and have no address, count (bigint).

    Users, agents and conversations are deleted by setting `deleted_at`. DELETE is the erasure of a
    person: it takes along all that is theirs, and a message outlives the agent that wrote it. A
    message's `user_id` is its conversation's, kept for the index that filters by it; the
    foreign key of both columns keeps them from disagreeing.
    """
    for table in (_USERS, _AGENTS, _CONVERSATIONS, _MESSAGES):
        op.execute(table)
