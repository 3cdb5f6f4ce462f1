"""`grid deploy` beside what Terraform and others change of the same service."""

from typing import Any

import pytest

from offline.serve.request import Answer, Request
from tests.operations.commandline import Grid
from tests.operations.platform import (
    REGIONS,
    STATE_BUCKET,
    LocalGoogle,
    job_name,
    service_name,
)
from tests.operations.releases import candidate_tags, everywhere, image, push, served

ONE = image("1")
DEPLOY = ("deploy", "test", f"--image=api={ONE}", "--watch=0")


@pytest.fixture(autouse=True)
def pushed(cloud: LocalGoogle) -> None:
    push(cloud, ONE)


def changed_by_terraform(cloud: LocalGoogle) -> dict[str, str]:
    """Change a variable, as an apply does: a revision without traffic; return its names."""
    made = {}
    for region in REGIONS:
        service = cloud.run.services[service_name("api", region)]
        container = {**service["template"]["containers"][0], "env": [{"name": "A", "value": "1"}]}
        service["template"] = {"containers": [container]}
        cloud.run.change(service, revise=True)
        cloud.run.reconcile(service)
        made[region] = service["latestCreatedRevision"].rpartition("/")[2]
    return made


def serving(cloud: LocalGoogle) -> dict[str, str]:
    """Return the revision with all the traffic, by region."""
    found = {}
    for region in REGIONS:
        statuses = cloud.run.services[service_name("api", region)]["trafficStatuses"]
        (found[region],) = (one["revision"] for one in statuses if one.get("percent") == 100)
    return found


def test_terraform_change_during_release_is_kept(grid: Grid, cloud: LocalGoogle) -> None:
    assert grid(*DEPLOY).code == 0
    made = changed_by_terraform(cloud)
    assert grid(*DEPLOY).code == 0
    assert serving(cloud) == made


def test_failed_terraform_change_during_release_leaves_no_tag(
    grid: Grid, cloud: LocalGoogle
) -> None:
    assert grid(*DEPLOY).code == 0
    before = serving(cloud)
    changed_by_terraform(cloud)
    cloud.jobs.failing = {job_name("smoke", region) for region in REGIONS}
    assert grid(*DEPLOY).code == 3
    assert (serving(cloud), candidate_tags(cloud)) == (before, [])


def test_foreign_change_during_release_is_kept(grid: Grid, cloud: LocalGoogle) -> None:
    service, patch = cloud.run.services[service_name("api", "us-east1")], cloud.run._patch

    def after_another(request: Request) -> dict[str, Any]:
        cloud.answers("run.projects.locations.services.patch", patch)
        service["template"]["labels"] = {"theirs": "kept"}
        service["etag"] = '"theirs"'
        return patch(request)

    cloud.answers("run.projects.locations.services.patch", after_another)
    assert grid(*DEPLOY).code == 0
    assert service["template"]["labels"] == {"theirs": "kept"}
    assert served(cloud) == everywhere(ONE)


def test_release_stops_when_another_machine_changes_its_record(
    grid: Grid, cloud: LocalGoogle
) -> None:
    """As a rollback does that could not take the lease over."""
    patch = cloud.run._patch

    def change(request: Request) -> Answer:
        for name in cloud.storage.names(STATE_BUCKET):
            if "/releases/" in name:
                cloud.storage.write(STATE_BUCKET, name, b'{"state": "rolled back"}')
        return patch(request)

    cloud.answers("run.projects.locations.services.patch", change)
    result = grid(*DEPLOY, "--json")
    assert result.code == 3
    assert "another machine changed" in result.json["error"]
    assert any("not reverted" in line for line in result.json["not_reverted"])
