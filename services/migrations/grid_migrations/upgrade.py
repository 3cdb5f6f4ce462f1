"""Upgrade of a database, with retries after locks, restarts, and failovers."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    wait_random_exponential,
)

from grid_migrations import checks, database, failures, indexes, privileges, revisions, schema
from grid_migrations.database import Timeouts
from grid_migrations.errors import (
    FailedError,
    MigrationError,
    Problem,
    RevisionError,
    UnavailableError,
    UnverifiedError,
)
from grid_migrations.guard import guard_statements
from grid_migrations.settings import SCHEMA, Settings

_log = logging.getLogger(__name__)


class Migrator:
    """Migrator of one database."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeouts: Timeouts | None = None,
        versions: Path = revisions.VERSIONS,
    ) -> None:
        self._settings = settings
        self._timeouts = timeouts or Timeouts()
        self._versions = versions
        self._config = revisions.config(versions)
        self._directory = ScriptDirectory.from_config(self._config)

    def check(self, *, contract: bool = False) -> checks.Plan:
        """Return the plan of an upgrade, without a change.

        Raises:
            MigrationError: the upgrade would fail.
        """
        with (
            database.engine(self._settings, self._timeouts) as engine,
            database.connect(engine, self._settings) as connection,
        ):
            return checks.check(connection, self._settings, self._directory, contract=contract)

    def upgrade(self, *, contract: bool = False) -> None:
        """Check, lock, migrate, grant and verify.

        Every revision is one transaction, or is safe to repeat. So after a lost connection or a
        lock timeout, the upgrade retries with a new connection and skips committed revisions. It
        does not retry the first connection, because a wrong address or password causes most of its
        failures.

        Raises:
            MigrationError: the upgrade failed.
        """
        with database.engine(self._settings, self._timeouts) as engine:
            database.connect(engine, self._settings).close()
            retrying = Retrying(
                retry=retry_if_exception(database.is_transient),
                stop=after_first_failure(self._timeouts.retry),
                wait=wait_random_exponential(multiplier=0.5, max=15),
                before_sleep=_log_retry,
                reraise=True,
            )
            try:
                retrying(self._run, engine, contract=contract)
            except DBAPIError as error:
                raise describe(error, self._settings) from error

    def verify(self) -> None:
        """Compare the database with the result of an upgrade.

        Raises:
            UnverifiedError: it differs; the error has every difference.
        """
        with (
            database.engine(self._settings, self._timeouts) as engine,
            database.connect(engine, self._settings) as connection,
        ):
            self._verify(connection, is_strict=True)
        _log.info("the database matches the recorded schema")

    def record(self) -> None:
        """Write the schema of the database, which must be at the newest revision, to the folder
        of the revisions.

        Raises:
            UnverifiedError: the database is at another revision.
        """
        with (
            database.engine(self._settings, self._timeouts) as engine,
            database.connect(engine, self._settings) as connection,
        ):
            if problems := self._revision_problems(connection):
                raise UnverifiedError(*problems)
            schema.record(schema.read(connection, self._settings.app_role), self._versions)

    def _run(self, engine: Engine, *, contract: bool) -> None:
        with engine.connect() as connection:
            database.hold_lock(connection, self._settings, self._timeouts)
            plan = checks.check(connection, self._settings, self._directory, contract=contract)
            with connection.begin():
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            for script in plan.pending:
                self._apply(connection, script)
            privileges.apply(connection, self._settings.app_role)
            self._verify(connection)
            _log.info("database is at %s", plan.head, extra={"applied": len(plan.pending)})

    def _apply(self, connection: Connection, script: Script) -> None:
        started = time.monotonic()
        self._config.attributes["connection"] = connection
        with guard_statements(connection, revisions.phase(script), script.revision):
            try:
                command.upgrade(self._config, script.revision)
            except PendingRollbackError as error:
                # Alembic tidies up after an error, and on a broken connection that fails in turn.
                raise error.__context__ or error from None
            except (DBAPIError, MigrationError):
                raise
            except Exception as error:
                raise RevisionError(failures.describe(script, error)) from error
        _log.info(
            "applied %s: %s",
            script.revision,
            script.doc,
            extra={"seconds": round(time.monotonic() - started, 3)},
        )

    def _verify(self, connection: Connection, *, is_strict: bool = False) -> None:
        """Compare the database with the image. Objects that no revision creates are a warning,
        unless `is_strict`.
        """
        problems = self._revision_problems(connection)
        with connection.begin():
            if invalid := indexes.find_invalid(connection):
                problems.append(
                    Problem(
                        what=f"Index {', '.join(invalid)} is INVALID",
                        where=self._settings.place,
                        reason="The build of the index failed or was interrupted.",
                        advice="Drop it with DROP INDEX CONCURRENTLY, then run the revision that "
                        "creates it again",
                    )
                )
        if revisions.current(connection):
            problems += privileges.find_problems(connection, self._settings)
        expected = schema.recorded(self._versions)
        if expected is not None and not problems:
            actual = schema.read(connection, self._settings.app_role)
            difference = schema.compare(actual, expected, self._settings.place)
            problems += difference.broken
            if is_strict:
                problems += difference.additional
            elif difference.additional:
                _log.warning("%s", "; ".join(each.what for each in difference.additional))
        if problems:
            raise UnverifiedError(*problems)

    def _revision_problems(self, connection: Connection) -> list[Problem]:
        at, expected = revisions.current(connection), revisions.head(self._directory)
        if at == (expected,):
            return []
        return [
            Problem(
                what="The database is not at the newest revision",
                where=self._settings.place,
                expected=expected,
                actual=", ".join(at) or "none",
                advice="Apply the pending revisions: python -m grid_migrations upgrade",
            )
        ]


def describe(error: DBAPIError, settings: Settings) -> MigrationError:
    """Return the error of a command for an error of PostgreSQL or of the connection."""
    reason = database.reason(error)
    if database.is_transient(error):
        return UnavailableError(
            Problem(
                what="The database became unavailable, or a lock timed out",
                where=settings.place,
                reason=reason,
                advice="Run the command again. It is safe to repeat",
            )
        )
    return FailedError(
        Problem(
            what="PostgreSQL rejected a statement",
            where=settings.place,
            reason=reason,
            advice="Fix the statement of the revision, then run the command again",
        )
    )


def after_first_failure(seconds: float) -> Callable[[RetryCallState], bool]:
    """Return a condition that stops retries this long after the first failure.

    The time before the first failure does not count: revisions can take an hour.
    """
    first: list[float] = []

    def stop(state: RetryCallState) -> bool:
        now = state.outcome_timestamp or 0
        first.append(now)
        return now - first[0] >= seconds

    return stop


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _log.warning(
        "retrying: %s",
        database.reason(error) if isinstance(error, DBAPIError) else error,
        extra={"attempt": state.attempt_number},
    )
