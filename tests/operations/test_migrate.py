"""`grid migrate`."""

import pytest

from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from operations.core import lease
from tests.operations import platform
from tests.operations.commandline import KILLED, Grid
from tests.operations.platform import MIGRATIONS, LocalGoogle, job_name
from tests.operations.releases import image, push

NEW = image("3", "migrations")


def executed(cloud: LocalGoogle) -> list[str]:
    """Return the images of the executions."""
    return [
        one["template"]["containers"][0]["image"]
        for name, one in cloud.jobs.executions.items()
        if name.startswith(job_name())
    ]


def test_migrate_runs_job_and_names_log(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid("migrate", "test", "--json")
    assert result.code == 0
    assert executed(cloud) == [MIGRATIONS]
    assert result.json["result"]["log"].startswith("https://console.cloud.google.com/")


def test_migrate_runs_job_with_given_image(grid: Grid, cloud: LocalGoogle) -> None:
    push(cloud, NEW)
    assert grid("migrate", "test", f"--image={NEW}").code == 0
    assert executed(cloud) == [NEW]


def test_failed_migration_names_log_and_restores_image(grid: Grid, cloud: LocalGoogle) -> None:
    push(cloud, NEW)
    cloud.jobs.failing = {job_name()}
    result = grid("migrate", "test", f"--image={NEW}", "--json")
    assert result.code == 3
    assert "https://console.cloud.google.com/" in result.json["error"]
    [remaining] = result.json["not_reverted"]
    assert remaining == "the database: a migration failed in it, the log says which"
    container = cloud.jobs.jobs[job_name()]["template"]["template"]["containers"][0]
    assert container["image"] == MIGRATIONS


def test_seed_is_blocked_outside_development(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid("migrate", "test", "--seed", "--json")
    assert result.code == 4
    assert "NODE_ENV=production" in result.json["error"]
    assert executed(cloud) == []


def test_seed_runs_in_development(grid: Grid, cloud: LocalGoogle) -> None:
    cloud.jobs.create(job_name(), MIGRATIONS, NODE_ENV="development")
    assert grid("migrate", "test", "--seed").code == 0
    (execution,) = cloud.jobs.executions.values()
    assert execution["template"]["containers"][0]["args"] == ["seed", "--development"]


def test_migrate_is_blocked_while_job_runs(grid: Grid, cloud: LocalGoogle, server: Server) -> None:
    cloud.operations.takes = 100
    server.faults = Script([Fault("kill-after", 1, "run.projects.locations.jobs.run")])
    assert grid.mortal("migrate", "test").code == KILLED
    server.faults = Script()
    elsewhere = Grid(server, grid.folder.with_name("elsewhere"), grid.outputs)
    cloud.wait(lease.SECONDS)
    result = elsewhere("migrate", "test", "--json")
    assert result.code == 4
    assert "runs already" in result.json["error"]


@pytest.mark.parametrize(("takes", "executions"), [(100, 1), (3, 2)])
def test_killed_migration_is_resumed_while_it_runs(
    grid: Grid, cloud: LocalGoogle, server: Server, takes: int, executions: int
) -> None:
    """One that ended runs again: the database may have been restored meanwhile."""
    cloud.operations.takes = takes
    server.faults = Script([Fault("kill-after", 1, "run.projects.locations.jobs.run")])
    assert grid.mortal("migrate", "test").code == KILLED
    server.faults = Script()
    assert grid("migrate", "test").code == 0
    assert len(executed(cloud)) == executions
    assert grid("migrate", "test").code == 0
    assert len(executed(cloud)) == executions + 1


def test_migrate_fails_without_migration_job(grid: Grid, cloud: LocalGoogle) -> None:
    outputs = cloud.outputs()
    del outputs["migration_job"]
    platform.write(outputs, grid.outputs)
    result = grid("migrate", "test", "--json")
    assert result.code == 1
    assert "no migration job" in result.json["error"]
