"""`grid migrate`."""

from tests.operations import platform
from tests.operations.commandline import KILLED, Grid
from tests.operations.google.faults import Fault, Script
from tests.operations.google.server import Server
from tests.operations.platform import MIGRATIONS, LocalGoogle, job_name
from tests.operations.releases import image, push

NEW = image("3", "migrations")


def executed(cloud: LocalGoogle) -> list[str]:
    """The images of the executions."""
    return [
        one["template"]["containers"][0]["image"]
        for name, one in cloud.jobs.executions.items()
        if name.startswith(job_name())
    ]


def test_the_job_runs_and_its_log_is_named(grid: Grid, cloud: LocalGoogle) -> None:
    ended = grid("migrate", "test", "--json")
    assert ended.code == 0
    assert executed(cloud) == [MIGRATIONS]
    assert ended.json["result"]["log"].startswith("https://console.example/")


def test_the_job_runs_with_the_image_given(grid: Grid, cloud: LocalGoogle) -> None:
    push(cloud, NEW)
    assert grid("migrate", "test", f"--image={NEW}").code == 0
    assert executed(cloud) == [NEW]


def test_a_failure_names_the_log_and_returns_the_image(grid: Grid, cloud: LocalGoogle) -> None:
    push(cloud, NEW)
    cloud.jobs.failing = {job_name()}
    ended = grid("migrate", "test", f"--image={NEW}", "--json")
    assert ended.code == 3
    assert "https://console.example/" in ended.json["error"]
    assert ended.json["left"] == ["the database: a migration failed in it, the log says which"]
    container = cloud.jobs.jobs[job_name()]["template"]["template"]["containers"][0]
    assert container["image"] == MIGRATIONS


def test_only_development_is_seeded(grid: Grid, cloud: LocalGoogle) -> None:
    ended = grid("migrate", "test", "--seed", "--json")
    assert ended.code == 4
    assert "NODE_ENV=production" in ended.json["error"]
    assert executed(cloud) == []


def test_development_is_seeded(grid: Grid, cloud: LocalGoogle) -> None:
    cloud.jobs.create(job_name(), MIGRATIONS, NODE_ENV="development")
    assert grid("migrate", "test", "--seed").code == 0
    (execution,) = cloud.jobs.executions.values()
    assert execution["template"]["containers"][0]["args"] == ["seed", "--development"]


def test_two_migrations_do_not_meet(grid: Grid, cloud: LocalGoogle, server: Server) -> None:
    cloud.takes = 100
    server.faults = Script([Fault("kill-after", 1, "run.projects.locations.jobs.run")])
    assert grid.mortal("migrate", "test").code == KILLED
    server.faults = Script()
    elsewhere = Grid(server, grid.folder.with_name("elsewhere"), grid.outputs)
    ended = elsewhere("migrate", "test", "--json")
    assert ended.code == 4
    assert "runs already" in ended.json["error"]


def test_a_killed_migration_is_taken_up(grid: Grid, cloud: LocalGoogle, server: Server) -> None:
    server.faults = Script([Fault("kill-after", 1, "run.projects.locations.jobs.run")])
    assert grid.mortal("migrate", "test").code == KILLED
    server.faults = Script()
    assert grid("migrate", "test").code == 0
    assert len(executed(cloud)) == 1
    assert grid("migrate", "test").code == 0
    assert len(executed(cloud)) == 2


def test_an_environment_without_a_job_is_told(grid: Grid, cloud: LocalGoogle) -> None:
    outputs = cloud.outputs()
    del outputs["migration_job"]
    platform.write(outputs, grid.outputs)
    ended = grid("migrate", "test", "--json")
    assert ended.code == 1
    assert "no migration job" in ended.json["error"]
