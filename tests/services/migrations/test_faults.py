"""Tests of migrations with locks, concurrent jobs, crashes, and restarts."""

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


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
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


def test_concurrent_jobs_migrate_once(database: Database) -> None:
    jobs = [database.start("upgrade") for _ in range(2)]
    logs = [job.communicate()[1] for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], logs
    assert sorted("applied 0001" in log for log in logs) == [False, True]


def test_waiting_job_does_not_block_index_build(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slow_build(tmp_path)
    with caplog.at_level(logging.INFO):
        first, first_errors = in_background(Migrator(database.settings, versions=tmp_path).upgrade)
        until(lambda: database.query(BUILDS) == [1])
        second, errors = in_background(Migrator(database.settings, versions=tmp_path).upgrade)
        first.join()
        second.join()
    assert first_errors == errors == []
    assert "waiting for another migration" in caplog.text
    assert "retrying" not in caplog.text


def test_upgrade_names_lock_holder_when_lock_times_out(database: Database) -> None:
    with database.connect(database.owner) as session:
        session.execute(b"SELECT pg_advisory_lock(%d)" % LOCK)
        pid = session.info.backend_pid
        with pytest.raises(BusyError, match=f"process {pid} of {database.owner} since"):
            Migrator(database.settings, timeouts=Timeouts(other_migration=0.3)).upgrade()
    Migrator(database.settings).upgrade()


def test_upgrade_names_lock_holder_of_its_own_database(postgres: PostgresServer) -> None:
    both = [databases.create(postgres) for _ in range(2)]
    with both[0].connect(both[0].owner) as first, both[1].connect(both[1].owner) as second:
        for holder in (first, second):
            holder.execute(b"SELECT pg_advisory_lock(%d)" % LOCK)
        for database, holder in zip(both, (first, second), strict=True):
            with pytest.raises(BusyError, match=f"process {holder.info.backend_pid} of"):
                Migrator(database.settings, timeouts=Timeouts(other_migration=0)).upgrade()


def test_upgrade_retries_when_table_is_locked(
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
    assert database.query("SELECT version_num FROM alembic_version") == ["2"]


def test_upgrade_fails_when_table_stays_locked(database: Database, tmp_path: Path) -> None:
    revision(tmp_path, "1", None, "expand", 'op.execute("CREATE TABLE t (a int)")')
    timeouts = Timeouts(lock=0.05, retry=0.3)
    Migrator(database.settings, versions=tmp_path).upgrade()
    revision(tmp_path, "2", "1", "expand", 'op.execute("ALTER TABLE t ADD COLUMN b int")')
    with database.connect(database.app) as reader:
        reader.autocommit = False
        reader.execute("SELECT * FROM t")
        with pytest.raises(UnavailableError, match=r"lock timeout\nhelp: Run the command again"):
            Migrator(database.settings, versions=tmp_path, timeouts=timeouts).upgrade()
        assert database.query("SELECT version_num FROM alembic_version") == ["1"]


def test_retry_timeout_starts_with_first_failure() -> None:
    stop = after_first_failure(10)
    state = RetryCallState(retry_object=Retrying(), fn=None, args=(), kwargs={})
    state.start_time = 0
    stopped = []
    for state.outcome_timestamp in (1000.0, 1009.0, 1010.0):
        stopped.append(stop(state))
    assert stopped == [False, False, True]


def test_upgrade_completes_when_server_restarts(database: Database, tmp_path: Path) -> None:
    slow_build(tmp_path)
    database.execute("CREATE TABLE public.written (id int PRIMARY KEY)")
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
    until(lambda: database.query(BUILDS) == [1])
    database.server.restart()
    job.join()
    done.set()
    writer.join()
    assert errors == write_errors == []
    assert database.query("SELECT version_num FROM alembic_version") == ["2"]
    assert set(written) <= set(database.query("SELECT id FROM public.written"))
    assert database.query("SELECT count(*) FROM t") == [30]


def test_upgrade_resumes_after_server_outage(database: Database, tmp_path: Path) -> None:
    slow_build(tmp_path)
    migrator = Migrator(database.settings, versions=tmp_path, timeouts=Timeouts(retry=0.5))
    job, errors = in_background(migrator.upgrade)
    until(lambda: database.query(BUILDS) == [1])
    database.server.kill()
    job.join()
    with pytest.raises(
        UnavailableError, match=r"connection to the database failed\n  --> database 127\.0\.0\.1"
    ):
        migrator.check()
    database.server.start()
    assert [type(error) for error in errors] == [UnavailableError]
    assert "Run the command again" in str(errors[0])
    migrator.upgrade()
    assert database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_slow'::regclass")[
        0
    ]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 5), (signal.SIGKILL, -9)])
def test_stopped_job_leaves_no_session(
    database: Database, number: signal.Signals, code: int
) -> None:
    database.execute("CREATE SCHEMA grid")
    database.execute(f"ALTER SCHEMA grid OWNER TO {database.owner}")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with database.connect("postgres") as session:
        session.autocommit = False
        session.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        job = database.start("upgrade")
        until(lambda: database.query(waiting) == [1])
        job.send_signal(number)
        _, log = job.communicate()
        assert job.returncode == code, log
        assert ("PostgreSQL rolled back what was not committed" in log) == (code == 5)
        session.rollback()
    until(lambda: database.query(waiting) == [0])
    Migrator(database.settings).upgrade()
