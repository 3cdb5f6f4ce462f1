"""Connections to the database, and the lock that prevents concurrent migrations."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import OperationalError as PostgresError
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_random

from grid_migrations.errors import BusyError, Problem, UnavailableError
from grid_migrations.settings import SCHEMA, Settings

LOCK = int.from_bytes(b"grid")
"""Key of the advisory lock; PostgreSQL keeps keys apart by database."""

_RETRYABLE = {
    "40P01",  # deadlock_detected
    "53300",  # too_many_connections
    "55P03",  # lock_not_available: lock_timeout
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
}
"""Error codes after which a retry can succeed (PostgreSQL, "Error Codes")."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Timeouts of a migration, in seconds."""

    lock: float = 5
    """Wait of a statement for a table lock. Later readers and writers of the table queue behind it,
    so the wait is short, and the job retries."""
    statement: float = 300
    """Duration of one statement. The build of an index has no limit."""
    other_migration: float = 300
    """Wait for another migration, which holds the advisory lock."""
    retry: float = 300
    """Retries after a first failure: locks, restarts, failovers (about a minute)."""


@contextmanager
def engine(settings: Settings, timeouts: Timeouts) -> Iterator[Engine]:
    """Return the engine. Each new connection has the session settings.

    With `client_connection_check_interval` the server ends the statement of a lost client.
    """
    options = {
        "search_path": SCHEMA,
        "lock_timeout": f"{timeouts.lock * 1000:.0f}",
        "statement_timeout": f"{timeouts.statement * 1000:.0f}",
        "idle_in_transaction_session_timeout": "60000",
        "client_connection_check_interval": "10000",
    }
    with tempfile.TemporaryDirectory() as folder:
        url = settings.url
        if settings.ca_certificates:
            file = Path(folder, "ca.pem")
            file.write_text(settings.ca_certificates, encoding="ascii")
            url = url.update_query_dict({"sslmode": "verify-ca", "sslrootcert": str(file)})
        yield create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={
                "application_name": "grid_migrations",
                "connect_timeout": 10,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
                "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            },
        )


def connect(engine: Engine, settings: Settings) -> Connection:
    """Open the first connection of a command.

    Raises:
        UnavailableError: the connection failed; the message has the reason of PostgreSQL.
    """
    try:
        return engine.connect()
    except DBAPIError as error:
        raise UnavailableError(
            Problem(
                what="The connection to the database failed",
                where=settings.place,
                reason=reason(error),
                advice="Check that the database is running, and check the address, user, and "
                "password in DATABASE_URL",
            )
        ) from error


def reason(error: DBAPIError) -> str:
    """Return the message of PostgreSQL, without SQL and values, which must not be logged."""
    return str(error.orig).partition("\n")[0]


def is_transient(error: BaseException) -> bool:
    """Return whether a retry can succeed: after a lock, a restart, or a lost connection.

    An error of psycopg without a code comes from the connection and not from the server.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, PostgresError):
        return False
    state = cause.sqlstate
    return state is None or state.startswith("08") or state in _RETRYABLE


def hold_lock(connection: Connection, settings: Settings, timeouts: Timeouts) -> None:
    """Take the advisory lock until this connection ends.

    The same connection migrates, so PostgreSQL releases the lock exactly when the migration ends.
    The job polls for the lock: a session that waits inside a statement holds a snapshot, and CREATE
    INDEX CONCURRENTLY of the other session would wait for that.

    Raises:
        BusyError: another session held the lock during the whole timeout.
    """

    def try_lock() -> bool:
        with connection.begin():
            query = text("SELECT pg_try_advisory_lock(:key)")
            return bool(connection.scalar(query, {"key": LOCK}))

    retrying = Retrying(
        retry=retry_if_result(lambda locked: not locked),
        stop=stop_after_delay(timeouts.other_migration),
        wait=wait_random(0.05, 0.25),
        before_sleep=_log_wait,
        retry_error_callback=lambda _: False,
    )
    if not retrying(try_lock):
        raise BusyError(
            Problem(
                what=f"Another migration still holds the lock after {timeouts.other_migration:g} s",
                where=settings.place,
                reason=f"The lock belongs to {_holder(connection)}.",
                advice="Wait until that migration ends, then run the command again. If its job no "
                "longer exists, end the process first: SELECT pg_terminate_backend(<process>)",
            )
        )


def _log_wait(state: RetryCallState) -> None:
    if state.attempt_number == 1:
        _log.info("waiting for another migration")


def _holder(connection: Connection) -> str:
    with connection.begin():
        row = connection.execute(
            text(
                "SELECT pid, usename, backend_start FROM pg_stat_activity JOIN pg_locks USING (pid)"
                " WHERE locktype = 'advisory' AND classid = 0 AND objid = :key AND granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ),
            {"key": LOCK},
        ).first()
    if not row:
        return "a process that has just ended"
    return f"process {row.pid} of {row.usename} since {row.backend_start:%H:%M:%S}"
