"""`grid failover`: a replica becomes the primary, and the services use it."""

import signal
from typing import Any

import pytest

from offline.serve.errors import ApiError
from offline.serve.faults import Fault, Script
from offline.serve.request import Answer, Request
from offline.serve.server import Server
from tests.operations.commandline import Grid
from tests.operations.connections import CENTRAL, EAST, connect_services, variables, versions
from tests.operations.platform import (
    INSTANCE,
    PROJECT,
    REPLICA,
    STATE_BUCKET,
    STATE_PREFIX,
    LocalGoogle,
    write,
)

PASSWORD = "pass%40word"  # noqa: S105 (of a database that does not exist)
URL = f"postgresql://grid_app:{PASSWORD}@10.64.0.9:5432/grid?sslmode=require"
CONFIRM = f"--confirm={REPLICA}"
RECORD = f"{STATE_PREFIX}/failover.json"


@pytest.fixture(autouse=True)
def platform(cloud: LocalGoogle) -> None:
    """Provide services with a database, its secret, and a primary that is down."""
    connect_services(cloud, URL)
    primary = cloud.sql.instances[INSTANCE]
    primary["state"] = "FAILED"
    primary["settings"] |= {"availabilityType": "REGIONAL", "retainBackupsOnDelete": True}
    cloud.monitoring.lag_seconds[f"{PROJECT}:{REPLICA}"] = 4.0


def address(cloud: LocalGoogle) -> str:
    return str(cloud.sql.instances[REPLICA]["ipAddresses"][0]["ipAddress"])


def test_failover_promotes_replica_and_moves_services(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid("failover", "test", CONFIRM, "--json")
    assert result.code == 0, result.stderr
    promoted = cloud.sql.instances[REPLICA]
    assert promoted["instanceType"] == "CLOUD_SQL_INSTANCE"
    assert promoted["settings"]["availabilityType"] == "REGIONAL"
    assert cloud.sql.instances[INSTANCE]["settings"]["activationPolicy"] == "NEVER"
    new = URL.replace("10.64.0.9", address(cloud))
    assert versions(cloud) == {"1": ("DISABLED", URL), "2": ("ENABLED", new)}
    for name in (CENTRAL, EAST):
        found = variables(cloud, name)
        assert found["DATABASE_URL"]["valueSource"]["secretKeyRef"]["version"] == "2"
        assert found["DATABASE_CA_CERTS"]["value"] == promoted["serverCaCert"]["cert"]
        assert found["NODE_ENV"]["value"] == "production"
    report = result.json["result"]
    assert (report["rpo_seconds"], report["rto_seconds"] > 0) == (4.0, True)
    assert PASSWORD not in result.stdout + result.stderr
    journals = grid.folder.rglob("*.jsonl")
    assert not any(PASSWORD in file.read_text("utf-8") for file in journals)


def test_failover_reports_region_that_is_out(grid: Grid, cloud: LocalGoogle) -> None:
    is_out = True

    def get(request: Any) -> Any:
        if is_out and "us-central1" in request.path:
            raise ApiError(503, "The region is unavailable.", "unavailable")
        return cloud.find("run", request.path)

    cloud.answers("run.projects.locations.services.get", get)
    result = grid("failover", "test", CONFIRM, "--json")
    assert result.code == 3
    assert {line.partition(" uses")[0] for line in result.json["not_reverted"]} == {
        "api us-central1",
        "auth us-central1",
    }
    assert variables(cloud, EAST)["DATABASE_CA_CERTS"]["value"] != "old"
    is_out = False
    again = grid("failover", "test", "--json")
    assert again.code == 0, again.stderr
    assert variables(cloud, CENTRAL)["DATABASE_CA_CERTS"]["value"] != "old"
    assert len(versions(cloud)) == 2


@pytest.mark.parametrize("answer", ["", "yes", INSTANCE])
def test_failover_requires_the_name_of_the_replica(
    grid: Grid, cloud: LocalGoogle, answer: str
) -> None:
    grid.answers[:] = [answer] if answer else []
    result = grid("failover", "test", "--json")
    assert (result.code, result.json["advice"].endswith(CONFIRM.replace("=", " "))) == (4, True)
    assert cloud.sql.instances[REPLICA]["masterInstanceName"] == INSTANCE
    assert len(versions(cloud)) == 1


def test_failover_is_blocked_while_primary_runs(
    grid: Grid, server: Server, cloud: LocalGoogle
) -> None:
    cloud.sql.instances[INSTANCE]["state"] = "RUNNABLE"
    result = grid("failover", "test", CONFIRM, "--json")
    assert (result.code, server.count("sql.instances.promoteReplica")) == (4, 0)
    assert "--force" in result.json["advice"]
    assert grid("failover", "test", CONFIRM, "--force").code == 0


@pytest.mark.parametrize(
    ("replicas", "options", "error"),
    [
        ({}, (), "there is none"),
        ({"a": "us-east1", "b": "us-west1"}, (), "a in us-east1, b in us-west1"),
        ({"a": "us-east1"}, ("--replica=c",), "c is not a replica"),
    ],
)
def test_failover_rejects_replica_that_is_not_there(
    grid: Grid,
    cloud: LocalGoogle,
    replicas: dict[str, str],
    options: tuple[str, ...],
    error: str,
) -> None:
    outputs = cloud.outputs()
    outputs["database"]["replicas"] = {
        name: {"instance": REPLICA, "connection_name": "x", "region": region}
        for name, region in replicas.items()
    }
    write(outputs, grid.outputs)
    result = grid("failover", "test", *options, "--json")
    assert (result.code, error in result.json["error"]) == (2, True)


def test_dry_run_of_failover_changes_nothing(
    grid: Grid, server: Server, cloud: LocalGoogle
) -> None:
    result = grid("failover", "test", "--dry-run", "--json")
    assert result.code == 0, result.stderr
    assert result.json["result"]["services"] == ["api us-central1", "api us-east1"]
    assert server.count("sql.instances.promoteReplica") == 0
    assert cloud.storage.find(STATE_BUCKET, RECORD) is None


@pytest.mark.parametrize(
    "method",
    [
        "sql.instances.promoteReplica",
        "secretmanager.projects.secrets.addVersion",
        "run.projects.locations.services.patch",
    ],
)
def test_killed_failover_is_finished_by_the_same_command(
    grid: Grid, server: Server, cloud: LocalGoogle, method: str
) -> None:
    server.faults = Script([Fault("kill-after", 1, method)])
    grid.mortal("failover", "test", CONFIRM)
    server.faults = Script()
    result = grid("failover", "test", CONFIRM, "--json")
    assert result.code == 0, result.stderr
    assert len(versions(cloud)) == 2
    assert server.count("sql.instances.promoteReplica") == 1
    for name in (CENTRAL, EAST):
        assert variables(cloud, name)["DATABASE_CA_CERTS"]["value"] != "old"


def test_failed_promotion_leaves_everything_as_it_was(
    grid: Grid, server: Server, cloud: LocalGoogle
) -> None:
    server.faults = Script([Fault("operation", 1, "sql.instances.promoteReplica")])
    result = grid("failover", "test", CONFIRM, "--json")
    assert result.code == 1, result.stderr
    assert cloud.sql.instances[REPLICA]["masterInstanceName"] == INSTANCE
    assert versions(cloud) == {"1": ("ENABLED", URL)}
    assert cloud.storage.find(STATE_BUCKET, RECORD) is None


def test_failover_that_cannot_stop_the_old_primary_says_so(grid: Grid, server: Server) -> None:
    server.faults = Script([Fault("operation", 2, "sql.instances.patch")])
    result = grid("failover", "test", CONFIRM, "--json")
    assert result.code == 3
    assert [line.partition(": not done")[0] for line in result.json["not_reverted"]] == [
        f"{INSTANCE}: stopped"
    ]
    assert grid("failover", "test").code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_failover_is_finished_when_a_signal_interrupts_its_moves(
    grid: Grid, server: Server, cloud: LocalGoogle, number: signal.Signals
) -> None:
    signals, patch = [number], cloud.run._patch

    def interrupt(request: Request) -> Answer:
        if signals:
            server.kill_client(signals.pop())
        return patch(request)

    cloud.answers("run.projects.locations.services.patch", interrupt)
    result = grid.mortal("failover", "test", CONFIRM, "--json")
    assert (result.code, result.json["not_reverted"]) == (0, []), result.stderr
    assert "interrupted" in result.stderr
    for name in (CENTRAL, EAST):
        assert variables(cloud, name)["DATABASE_CA_CERTS"]["value"] != "old"
