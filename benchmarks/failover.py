"""`python -m benchmarks.failover`: a drill of `grid failover`, with its RTO and RPO.

PostgreSQL and its streaming replica are real; the served Google promotes the replica. A client
writes without pause, through the connection URL of the revision that serves us-east1.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from threading import Condition, Thread

import psycopg

from offline.serve.errors import ApiError
from offline.serve.listener import Listener, serve
from offline.serve.request import Answer, Request
from offline.serve.server import Server
from operations.cli import main as grid
from operations.core.runtime import Runtime
from tests.operations import platform
from tests.operations.connections import EAST, connect_services, variables, versions
from tests.operations.platform import INSTANCE, PROJECT, REGIONS, REPLICA, LocalGoogle
from tests.services.servers import PostgresServer, postgres_server

BEFORE, CUT_OFF, AFTER = 200, 50, 20
"""Writes before the region fails, of these after its replication, and after the failover."""
_PAUSE = 0.005


class TimedGoogle(LocalGoogle):
    """A served Google with the time of this machine."""

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Drill:
    """What a drill measured."""

    code: int
    """Exit code of `grid failover`."""
    grid_rto_seconds: float
    """As `grid` reports it: from its start until the services use the replica."""
    rto_seconds: float
    """From the end of the primary to the first write that a client could do again."""
    grid_rpo_seconds: float
    """As `grid` reports it: the lag of the replica, as last measured."""
    rpo_seconds: float
    """From the last write that is left to the last one that was acknowledged before the end."""
    acknowledged: int
    """Writes that were acknowledged before the end."""
    lost: list[int]
    """Numbers of those that are not there after it."""
    after: int
    """Writes that were acknowledged after it, and are there."""


@dataclass
class Writer:
    """A client that writes rows; `acknowledged` has the time of each by its number."""

    cloud: LocalGoogle
    server: Server
    acknowledged: dict[int, float] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)
    _is_done: bool = False

    def run(self) -> None:
        """Write until `stop`, and connect again, as a new revision does, after each error."""
        number = 0
        while not self._is_done:
            try:
                with psycopg.connect(self._url(), autocommit=True) as connection:
                    while not self._is_done:
                        number += 1
                        connection.execute("INSERT INTO written VALUES (%s)", [number])
                        with self._changed:
                            self.acknowledged[number] = time.monotonic()
                            self._changed.notify_all()
                        time.sleep(_PAUSE)
            except psycopg.Error:
                time.sleep(_PAUSE)

    def wait(self, count: int) -> None:
        """Wait for so many acknowledged writes."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.acknowledged) >= count, timeout=120):
                raise TimeoutError(f"{len(self.acknowledged)} writes instead of {count}")

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Write while the block runs."""
        thread = Thread(target=self.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_done = True
            thread.join()

    def _url(self) -> str:
        with self.server.lock:
            read = variables(self.cloud, EAST)["DATABASE_URL"]["valueSource"]["secretKeyRef"]
            return versions(self.cloud)[read["version"]][1]


def drill(*, is_region_out: bool) -> Drill:
    """Let the primary end, and with `is_region_out` its region's services, and fail over."""
    cloud = TimedGoogle()
    cloud.apply()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(cloud, Listener()) as server,
        postgres_server() as primary,
    ):
        setup = (
            "CREATE TABLE written (id int PRIMARY KEY)",
            f"CREATE ROLE replicator LOGIN REPLICATION PASSWORD '{primary.password}'",
        )
        _execute(primary, *setup)
        source = primary.url.replace("//postgres:", "//replicator:")
        given = {"password": primary.password, "port": primary.port, "host": "127.0.0.2"}
        with postgres_server(source=source, **given) as replica:
            _connect(cloud, server, primary, replica)
            writer = Writer(cloud, server)
            with writer.running():
                writer.wait(BEFORE)
                # Nothing arrives at the replica any more.
                end = "SELECT pg_terminate_backend(pid) FROM pg_stat_replication"
                _execute(primary, "ALTER ROLE replicator NOLOGIN", end)
                writer.wait(len(writer.acknowledged) + CUT_OFF)
                primary.kill()
                ended = time.monotonic()
                written = dict(writer.acknowledged)
                _fail_region(cloud, replica, is_region_out=is_region_out)
                code, report = _fail_over(cloud, server, Path(folder))
                writer.wait(len(written) + AFTER)
            present = {row[0] for row in _execute(replica, "SELECT id FROM written")}
            later = writer.acknowledged.keys() - written.keys()
            if missing := later - present:
                raise AssertionError(f"writes after the failover are lost: {sorted(missing)}")
            kept = max(written[number] for number in present & written.keys())
            return Drill(
                code=code,
                grid_rto_seconds=report["rto_seconds"],
                rto_seconds=min(writer.acknowledged[number] for number in later) - ended,
                grid_rpo_seconds=report["rpo_seconds"],
                rpo_seconds=max(written.values()) - kept,
                acknowledged=len(written),
                lost=sorted(written.keys() - present),
                after=len(later),
            )


def _connect(
    cloud: LocalGoogle, server: Server, primary: PostgresServer, replica: PostgresServer
) -> None:
    """Let the services use the primary, and Cloud SQL's promotion that of PostgreSQL."""

    def promote(request: Request) -> Answer:
        _execute(replica, "SELECT pg_promote()")
        return cloud.sql._promote(request)

    with server.lock:
        cloud.answers("sql.instances.promoteReplica", promote)
        connect_services(cloud, primary.url)
        for name, host in ((INSTANCE, primary.host), (REPLICA, replica.host)):
            addresses = [{"type": "PRIVATE", "ipAddress": host}]
            cloud.sql.instances[name]["ipAddresses"] = addresses


def _fail_region(cloud: LocalGoogle, replica: PostgresServer, *, is_region_out: bool) -> None:
    """Let Google see the end of the primary, and the last lag that it measured."""
    lag = "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())"
    cloud.monitoring.lag_seconds[f"{PROJECT}:{REPLICA}"] = float(_execute(replica, lag)[0][0])
    cloud.sql.instances[INSTANCE]["state"] = "FAILED"

    def get(request: Request) -> Answer:
        if f"/{REGIONS[0]}/" in request.path:
            raise ApiError(503, "The region is unavailable.", "unavailable")
        return cloud.find("run", request.path)

    if is_region_out:
        cloud.answers("run.projects.locations.services.get", get)


def _fail_over(cloud: LocalGoogle, server: Server, folder: Path) -> tuple[int, dict[str, float]]:
    outputs = platform.write(cloud.outputs(), folder / "outputs.json")
    runtime = Runtime(
        endpoint=server.url,
        folder=folder / "grid",
        environments=platform.write_environment(folder / "environments"),
    )
    arguments = ("failover", "test", f"--confirm={REPLICA}", f"--outputs={outputs}", "--json")
    with redirect_stdout(StringIO()) as printed, redirect_stderr(StringIO()):
        code = grid([*arguments], runtime)
    return code, json.loads(printed.getvalue())["result"]


def _execute(server: PostgresServer, *statements: str) -> list[tuple[int, ...]]:
    """Run statements, and return the rows of the last one, if it has any."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def main() -> None:
    """Print what the drills measured, with the database down and with its whole region down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    for _ in range(parser.parse_args().rounds):
        for is_region_out in (False, True):
            result = asdict(drill(is_region_out=is_region_out))
            result["lost"] = len(result["lost"])
            print(json.dumps({"is_region_out": is_region_out, **result}), flush=True)


if __name__ == "__main__":
    main()
