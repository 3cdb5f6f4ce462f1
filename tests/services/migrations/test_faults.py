"""Locks, races, crashes and restarts: a migration ends, or says so, and nothing is lost."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from tenacity import RetryCallState, Retrying

from grid_migrations.database import LOCK, Timeouts
from grid_migrations.errors import BusyError, UnavailableError
from grid_migrations.upgrade import Migrator, after_first_failure
from tests.services.migrations import databases
from tests.services.migrations.databases import Database, revision
from tests.services.servers import PostgresServer

SLOW = """
CREATE TABLE t (a int);
INSERT INTO t SELECT generate_series(1, 30);
CREATE FUNCTION slow(a int) RETURNS int IMMUTABLE LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_sleep(0.02); RETURN a; END'
"""
"""A table whose index on `slow(a)` takes more than half a second to build."""
BUILDS = "SELECT count(*) FROM pg_class WHERE relname = 't_slow'"


def slow_build(folder: Path) -> None:
    revision(folder, "1", None, "expand", f"op.execute({SLOW!r})")
    body = 'create_concurrently("t_slow", "t", [__import__("sqlalchemy").text("slow(a)")])'
    revision(folder, "2", "1", "expand", body)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def in_background(work: Callable[[], None]) -> tuple[threading.Thread, list[BaseException]]:
    """Start the work; its errors end up in the list."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def test_two_jobs_at_once_migrate_once(database: Database) -> None:
    jobs = [database.start("upgrade") for _ in range(2)]
    logs = [job.communicate()[1] for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], logs
    assert sorted("applied 0001" in log for log in logs) == [False, True]


def test_a_job_that_waits_does_not_hold_up_a_build(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slow_build(tmp_path)
    with caplog.at_level(logging.INFO):
        first, first_errors = in_background(Migrator(database.settings, versions=tmp_path).upgrade)
        until(lambda: database.ask(BUILDS) == [1])
        second, errors = in_background(Migrator(database.settings, versions=tmp_path).upgrade)
        first.join()
        second.join()
    assert first_errors == errors == []
    assert "another migration runs" in caplog.text
    assert "trying again" not in caplog.text


def test_a_lock_that_is_not_let_go_is_told(database: Database) -> None:
    with database.connect(database.owner) as other:
        other.execute(b"SELECT pg_advisory_lock(%d)" % LOCK)
        pid = other.info.backend_pid
        with pytest.raises(BusyError, match=f"process {pid} of {database.owner} since"):
            Migrator(database.settings, timeouts=Timeouts(other_migration=0.3)).upgrade()
    Migrator(database.settings).upgrade()


def test_who_holds_the_lock_of_another_database_is_not_blamed(postgres: PostgresServer) -> None:
    both = [databases.create(postgres) for _ in range(2)]
    with both[0].connect(both[0].owner) as first, both[1].connect(both[1].owner) as second:
        for holder in (first, second):
            holder.execute(b"SELECT pg_advisory_lock(%d)" % LOCK)
        for database, holder in zip(both, (first, second), strict=True):
            with pytest.raises(BusyError, match=f"process {holder.info.backend_pid} of"):
                Migrator(database.settings, timeouts=Timeouts(other_migration=0)).upgrade()


def test_a_locked_table_is_waited_for_in_short_turns(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int)")')
    timeouts = Timeouts(lock=0.1)
    Migrator(database.settings, versions=tmp_path).upgrade()
    revision(tmp_path, "2", "1", "expand", 'op.execute("ALTER TABLE t ADD COLUMN b int")')
    migrator = Migrator(database.settings, versions=tmp_path, timeouts=timeouts)
    with database.connect(database.app) as reader, caplog.at_level(logging.WARNING):
        reader.autocommit = False
        reader.execute("SELECT * FROM t")
        job, errors = in_background(migrator.upgrade)
        until(lambda: "canceling statement due to lock timeout" in caplog.text)
        reader.commit()
        job.join()
    assert errors == []
    assert database.ask("SELECT version_num FROM alembic_version") == ["2"]


def test_a_table_that_stays_locked_ends_the_job(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int)")')
    timeouts = Timeouts(lock=0.05, retry=0.3)
    Migrator(database.settings, versions=tmp_path).upgrade()
    revision(tmp_path, "2", "1", "expand", 'op.execute("ALTER TABLE t ADD COLUMN b int")')
    with database.connect(database.app) as reader:
        reader.autocommit = False
        reader.execute("SELECT * FROM t")
        with pytest.raises(UnavailableError, match=r"lock timeout\. Run this again"):
            Migrator(database.settings, versions=tmp_path, timeouts=timeouts).upgrade()
        assert database.ask("SELECT version_num FROM alembic_version") == ["1"]


def test_patience_begins_with_the_first_failure() -> None:
    stop = after_first_failure(10)
    state = RetryCallState(retry_object=Retrying(), fn=None, args=(), kwargs={})
    state.start_time = 0
    stopped = []
    for state.outcome_timestamp in (1000.0, 1009.0, 1010.0):
        stopped.append(stop(state))
    assert stopped == [False, False, True]


def test_a_crash_of_the_server_costs_neither_the_migration_nor_rows(
    database: Database, tmp_path: Path
) -> None:
    slow_build(tmp_path)
    database.do("CREATE TABLE public.written (id int PRIMARY KEY)")
    written, done = [], threading.Event()

    def write() -> None:
        """As a service does: a row counts as written when the commit is answered."""
        number = 0
        while not done.is_set():
            try:
                with database.connect("postgres") as connection:
                    while not done.is_set():
                        number += 1
                        connection.execute("INSERT INTO public.written VALUES (%s)", [number])
                        written.append(number)
            except psycopg.OperationalError:
                time.sleep(0.01)

    writer, write_errors = in_background(write)
    job, errors = in_background(Migrator(database.settings, versions=tmp_path).upgrade)
    until(lambda: database.ask(BUILDS) == [1])
    database.server.restart()
    job.join()
    done.set()
    writer.join()
    assert errors == write_errors == []
    assert database.ask("SELECT version_num FROM alembic_version") == ["2"]
    assert set(written) <= set(database.ask("SELECT id FROM public.written"))
    assert database.ask("SELECT count(*) FROM t") == [30]


def test_a_server_that_stays_away_ends_the_job_and_running_it_again_finishes(
    database: Database, tmp_path: Path
) -> None:
    slow_build(tmp_path)
    migrator = Migrator(database.settings, versions=tmp_path, timeouts=Timeouts(retry=0.5))
    job, errors = in_background(migrator.upgrade)
    until(lambda: database.ask(BUILDS) == [1])
    database.server.kill()
    job.join()
    with pytest.raises(UnavailableError, match=r"cannot connect to 127\.0\.0\.1"):
        migrator.check()
    database.server.start()
    assert [type(error) for error in errors] == [UnavailableError]
    assert "Run this again" in str(errors[0])
    migrator.upgrade()
    assert database.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_slow'::regclass")[0]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 5), (signal.SIGKILL, -9)])
def test_a_job_that_is_ended_leaves_nothing_running(
    database: Database, number: signal.Signals, code: int
) -> None:
    database.do("CREATE SCHEMA grid")
    database.do(f"ALTER SCHEMA grid OWNER TO {database.owner}")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with database.connect("postgres") as other:
        other.autocommit = False
        other.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        job = database.start("upgrade")
        until(lambda: database.ask(waiting) == [1])
        job.send_signal(number)
        _, log = job.communicate()
        assert job.returncode == code, log
        assert ("stopped; what was not committed was rolled back" in log) == (code == 5)
        other.rollback()
    until(lambda: database.ask(waiting) == [0])
    Migrator(database.settings).upgrade()
