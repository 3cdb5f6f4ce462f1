"""PostgreSQL crashes and restarts while a migration builds an index and a service is under load."""

import shutil
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import psycopg

from benchmarks.api.deployment import USERS, deployment
from benchmarks.api.load import Load, run_load
from grid_migrations import revisions
from grid_migrations.upgrade import Migrator
from tests.services.migrations.databases import Database, revision

RATE = 150
SECONDS = 20
"""Requests a second, and how long. A turn of the users takes seven seconds."""
WARM = 4
"""Seconds before the migration begins, so that PostgreSQL is unavailable at the end of the
first turn and the beginning of the second.
"""
BUILD = 3
"""Seconds that the index takes, each of the two times."""
AWAY = 3
"""Seconds for which PostgreSQL is unavailable."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """What was seen of it."""

    load: Load
    """Reads through the service."""
    acknowledged: int
    """Rows whose commit was answered."""
    refused: int
    """Tries to connect or to write that failed."""
    lost: int
    """Acknowledged rows that are not there."""
    migration: str
    """`complete`, with a valid index, or `incomplete`."""


def measure() -> Restarted:
    """Kill PostgreSQL as in a crash while the index is being built, and start it again."""
    with (
        deployment() as system,
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor() as pool,
    ):
        system.database.execute("CREATE TABLE public.written (id int PRIMARY KEY)")
        done = Event()
        writer = pool.submit(_write, system.database, done)
        job = pool.submit(_migrate, system.database, Path(folder, "versions"))
        crash = pool.submit(_crash, system.database, job)
        load = run_load(system.instance.port, system.users, rate=RATE, count=RATE * SECONDS)
        crash.result()
        migration = job.result()
        done.set()
        acknowledged, refused = writer.result()
        present = set(system.database.query("SELECT id FROM public.written"))
        lost = len(acknowledged - present)
        return Restarted(load, len(acknowledged), refused, lost, migration)


def _write(database: Database, done: Event) -> tuple[set[int], int]:
    """Write rows as a service does: one is written when its commit is answered."""
    acknowledged: set[int] = set()
    refused = number = 0
    while not done.is_set():
        try:
            with database.connect("postgres") as connection:
                while not done.wait(0.005):
                    number += 1
                    connection.execute("INSERT INTO public.written VALUES (%s)", [number])
                    acknowledged.add(number)
        except psycopg.OperationalError:
            refused += 1
            done.wait(0.05)
    return acknowledged, refused


def _migrate(database: Database, versions: Path) -> str:
    """Return the revisions of the image, and two more that build a slow index of users."""
    shutil.copytree(revisions.VERSIONS, versions)
    function = (
        "CREATE FUNCTION slow(email text) RETURNS text IMMUTABLE LANGUAGE plpgsql"
        f" AS 'BEGIN PERFORM pg_sleep({BUILD / USERS}); RETURN email; END'"
    )
    revision(versions, "0003", "0002", "expand", f"op.execute({function!r})")
    index = 'create_concurrently("slow", "users", [__import__("sqlalchemy").text("slow(email)")])'
    revision(versions, "0004", "0003", "expand", index)
    time.sleep(WARM)
    Migrator(database.settings, versions=versions).upgrade()
    valid = database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'slow'::regclass")
    return "complete" if valid == [True] else "incomplete"


def _crash(database: Database, job: Future[str]) -> None:
    building = "SELECT count(*) FROM pg_class WHERE relname = 'slow'"
    while not job.done() and database.query(building) != [1]:
        time.sleep(0.02)
    if job.done():
        raise RuntimeError(f"PostgreSQL was to be killed during the migration: {job.result()}")
    database.server.kill()
    time.sleep(AWAY)
    database.server.start()
