"""`grid deploy`."""

import pytest

from offline.serve.apis.run import HELLO
from offline.serve.faults import Fault, Kind, Script
from offline.serve.server import Server
from operations.core import lease
from tests.operations import platform
from tests.operations.commandline import KILLED, Grid
from tests.operations.platform import (
    MIGRATIONS,
    PROJECT,
    REGIONS,
    LocalGoogle,
    job_name,
    service_name,
)
from tests.operations.releases import (
    candidate_tags,
    everywhere,
    image,
    push,
    served,
    template_images,
)

ONE, TWO = image("1"), image("2")
DEPLOY = ("deploy", "test", f"--image=api={ONE}", "--json")


@pytest.fixture(autouse=True)
def pushed(cloud: LocalGoogle) -> None:
    push(cloud, ONE, TWO, image("3", "migrations"))


def test_first_release_replaces_sample_image(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid(*DEPLOY)
    assert result.code == 0, result.stderr
    assert served(cloud) == everywhere(ONE)
    assert served(cloud, "auth") == everywhere(HELLO)
    assert candidate_tags(cloud) == []
    assert len(cloud.jobs.executions) == 1 + len(REGIONS)
    told = result.json["result"]["services"]
    assert [one["region"] for one in told] == ["us-east1", "us-central1"]


def test_repeated_release_changes_nothing(grid: Grid, server: Server) -> None:
    assert grid(*DEPLOY).code == 0
    patches = server.count("run.projects.locations.services.patch")
    assert grid(*DEPLOY).code == 0
    validated = len(REGIONS)  # the permissions
    assert server.count("run.projects.locations.services.patch") == patches + validated


def test_traffic_shifts_in_steps_with_primary_region_last(
    grid: Grid, cloud: LocalGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    reconcile = cloud.run.reconcile

    def watched(service: dict[str, object]) -> None:
        reconcile(service)
        found = tuple(served(cloud)[region].get(ONE, 0) for region in REGIONS)
        if found not in seen:
            seen.append(found)

    monkeypatch.setattr(cloud.run, "reconcile", watched)
    assert grid(*DEPLOY).code == 0
    assert seen == [(0, 0), (0, 10), (0, 50), (0, 100), (10, 100), (50, 100), (100, 100)]


def test_candidate_gets_no_traffic_when_smoke_test_fails(grid: Grid, cloud: LocalGoogle) -> None:
    cloud.run.ill = {ONE}
    result = grid(*DEPLOY)
    assert result.code == 3
    assert result.json["not_reverted"] == ["migrate: completed, cannot be reverted"]
    assert "failed its smoke test" in result.json["error"]
    assert "https://console.cloud.google.com/" in result.json["error"]
    assert served(cloud) == everywhere(HELLO)
    assert template_images(cloud) == {HELLO}
    assert candidate_tags(cloud) == []


def test_failed_release_is_reverted_without_migration_job(grid: Grid, cloud: LocalGoogle) -> None:
    without_migration(grid, cloud)
    cloud.run.ill = {ONE}
    result = grid(*DEPLOY)
    assert (result.code, result.json["not_reverted"]) == (1, [])


def test_release_is_reverted_when_revision_does_not_start(grid: Grid, cloud: LocalGoogle) -> None:
    cloud.run.crashing = {ONE}
    result = grid(*DEPLOY)
    assert result.code == 3
    assert served(cloud) == everywhere(HELLO)
    assert template_images(cloud) == {HELLO}


def test_error_rate_returns_traffic_of_every_region(grid: Grid, cloud: LocalGoogle) -> None:
    assert grid(*DEPLOY).code == 0
    before = {region: served(cloud)[region] for region in REGIONS}
    number = cloud.store.serial()
    # The next revisions are numbered from here; the primary region's is the second one.
    for after in range(number, number + 40):
        cloud.monitoring.told[f"grid-test-api-{after:05d}-x"] = {"2xx": 95, "5xx": 5}
    result = grid("deploy", "test", f"--image=api={TWO}", "--json")
    assert result.code == 3
    assert "5 of 100 responses are 5xx (5.0%). The limit is 1%." in result.json["error"]
    assert served(cloud) == before == everywhere(ONE)
    assert template_images(cloud) == {ONE}


def test_gate_warns_about_few_requests(grid: Grid) -> None:
    warnings = grid(*DEPLOY).json["result"]["warnings"]
    assert len(warnings) == 2 * len(REGIONS) + 2
    assert warnings[0] == "us-east1 at 10 %: api us-east1: only 1 requests, 0 errors"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"api={ONE.partition('@')[0]}:latest", "a tag can name another image"),
        (f"web={ONE}", "with a service that is named once"),
        (f"api={image('9')}", "Artifact Registry has no"),
        (f"auth={ONE}", "the image for auth is called api"),
        (f"api={ONE.replace(PROJECT, 'elsewhere')}", "is in us-central1-docker.pkg.dev/elsewhere"),
        (f"api={ONE.replace('/services/', '/copies/')}", "the registry of this environment is"),
        (f"api={ONE.replace('us-central1', 'us-east1')}", "the registry of this environment is"),
    ],
)
def test_deploy_rejects_invalid_image(grid: Grid, given: str, said: str) -> None:
    for more in ((), ("--dry-run",)):
        result = grid("deploy", "test", f"--image={given}", "--json", *more)
        assert result.code == 2
        assert said in result.json["error"]


def test_deploy_is_blocked_when_traffic_is_split(grid: Grid, cloud: LocalGoogle) -> None:
    assert grid(*DEPLOY).code == 0
    service = cloud.run.services[service_name("api", "us-east1")]
    first, *_, latest = (name for name in cloud.run.revisions if name.startswith(service["name"]))
    service["trafficStatuses"] = [
        {"revision": first.rpartition("/")[2], "percent": 40},
        {"revision": latest.rpartition("/")[2], "percent": 60},
    ]
    result = grid("deploy", "test", f"--image=api={TWO}", "--json")
    assert result.code == 4
    assert "40%" in result.json["error"]


def test_deploy_is_blocked_in_region_without_smoke_job(grid: Grid, cloud: LocalGoogle) -> None:
    outputs = cloud.outputs()
    del outputs["smoke_jobs"]["us-east1"]
    rewrite(grid, outputs)
    result = grid(*DEPLOY)
    assert result.code == 4
    assert "no smoke job in us-east1" in result.json["error"]
    assert served(cloud) == everywhere(HELLO)


def test_dry_run_changes_nothing(grid: Grid, server: Server) -> None:
    result = grid(*DEPLOY, "--dry-run")
    assert result.code == 0
    assert [one["before"] for one in result.json["result"]["services"]]
    assert all(".get" in entry.method for entry in server.requests)


def test_migration_job_gets_image_before_it_runs(grid: Grid, cloud: LocalGoogle) -> None:
    migrations = image("3", "migrations")
    assert grid(*DEPLOY, f"--migrate-image={migrations}").code == 0
    first = next(iter(cloud.jobs.executions.values()))
    assert first["template"]["containers"][0]["image"] == migrations


def test_failed_migration_stops_release(grid: Grid, cloud: LocalGoogle) -> None:
    cloud.jobs.failing = {job_name()}
    result = grid(*DEPLOY, f"--migrate-image={image('3', 'migrations')}")
    assert result.code == 3
    assert "the migration failed" in result.json["error"]
    container = cloud.jobs.jobs[job_name()]["template"]["template"]["containers"][0]
    assert container["image"] == MIGRATIONS
    assert template_images(cloud) == {HELLO}


@pytest.mark.parametrize("kind", ["kill", "kill-after"])
@pytest.mark.parametrize("at", [3, 6])
def test_new_release_reverts_killed_release(
    grid: Grid, cloud: LocalGoogle, server: Server, kind: Kind, at: int
) -> None:
    server.faults = Script([Fault(kind, at, "run.projects.locations.services.patch")])
    assert grid.mortal(*DEPLOY).code == KILLED
    server.faults = Script()
    cloud.run.ill = {TWO}
    second = grid("deploy", "test", f"--image=api={TWO}", "--json")
    assert second.code == 3
    assert "migrate: completed, cannot be reverted" in second.json["not_reverted"]
    assert served(cloud) == everywhere(HELLO)
    assert template_images(cloud) == {HELLO}


def test_killed_release_is_finished_on_another_machine(
    grid: Grid, cloud: LocalGoogle, server: Server
) -> None:
    server.faults = Script([Fault("kill-after", 9, "run.projects.locations.services.patch")])
    assert grid.mortal(*DEPLOY).code == KILLED
    assert len(served(cloud)["us-east1"]) == 2
    server.faults = Script()
    grid.folder = grid.folder.with_name("elsewhere")
    blocked = grid(*DEPLOY)
    assert (blocked.code, blocked.json["outcome"]) == (4, "blocked")
    cloud.wait(lease.SECONDS)
    assert grid(*DEPLOY).code == 0
    assert served(cloud) == everywhere(ONE)


def test_status_shows_last_release(grid: Grid) -> None:
    grid(*DEPLOY)
    release = grid("status", "test", "--json").json["result"]["last_release"]
    assert {place["image"] for place in release["places"]} == {ONE}
    assert (release["state"], release["command"]) == ("succeeded", "deploy")


def rewrite(grid: Grid, outputs: dict[str, object]) -> None:
    platform.write(outputs, grid.outputs)


def without_migration(grid: Grid, cloud: LocalGoogle) -> None:
    outputs = cloud.outputs()
    del outputs["migration_job"]
    rewrite(grid, outputs)
