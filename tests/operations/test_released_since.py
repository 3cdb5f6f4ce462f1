"""A plan that is older than a release does not undo it."""

from typing import Any

import pytest

from operations.core.session import WriteContext
from operations.plan.released_since import JOB, SERVICE, check_releases
from tests.operations.commandline import CommandResult, Grid
from tests.operations.platform import PROJECT, LocalGoogle, job_name, service_name
from tests.operations.releases import image, push
from tests.operations.worlds import World

ONE = image("1")
REGION = "us-east1"


def change(type_: str, name: str, attributes: dict[str, Any], action: str) -> dict[str, Any]:
    """Return a change as `terraform show -json` prints it."""
    region = REGION if type_ == SERVICE else "us-central1"
    before = {"project": PROJECT, "location": region, "name": name, **attributes}
    return {
        "address": f"{type_}.x",
        "mode": "managed",
        "type": type_,
        "name": "x",
        "change": {"actions": [action], "before": before, "after": before},
    }


def plan(cloud: LocalGoogle, action: str = "update") -> dict[str, Any]:
    """Return a plan that changes a service and the migration job, from what is there now."""
    service = cloud.run.services[service_name("api", REGION)]
    traffic = [{"revision": "", "tag": "", **target} for target in service["traffic"]]
    containers = [{"image": service["template"]["containers"][0]["image"]}]
    job = cloud.jobs.jobs[job_name()]["template"]["template"]
    of_job = [{"template": [{"containers": [{"image": job["containers"][0]["image"]}]}]}]
    of_service = {"template": [{"containers": containers}], "traffic": traffic}
    return {
        "resource_changes": [
            change(SERVICE, "grid-test-api", of_service, action),
            change(JOB, "grid-test-migrate", {"template": of_job}, action),
        ]
    }


def check(grid: Grid, world: World, document: dict[str, Any]) -> CommandResult:
    def act(session: WriteContext) -> None:
        check_releases(session, document)

    world.act = act
    return grid("status", "test", "--json")


def test_plan_of_what_serves_is_applied(grid: Grid, cloud: LocalGoogle, world: World) -> None:
    assert check(grid, world, plan(cloud)).code == 0


@pytest.mark.parametrize(("action", "code"), [("update", 4), ("no-op", 0)])
def test_plan_from_before_a_release_is_blocked(
    grid: Grid, cloud: LocalGoogle, world: World, action: str, code: int
) -> None:
    document = plan(cloud, action)
    push(cloud, ONE, image("3", "migrations"))
    images = (f"--image=api={ONE}", f"--migrate-image={image('3', 'migrations')}")
    assert grid("deploy", "test", *images, "--watch=0").code == 0
    result = check(grid, world, document)
    assert result.code == code
    for text in ("image", "traffic", f"{JOB}.x") if code else ():
        assert text in result.json["error"]


def test_plan_of_deleted_service_is_blocked(grid: Grid, cloud: LocalGoogle, world: World) -> None:
    document = plan(cloud)
    del cloud.run.services[service_name("api", REGION)]
    result = check(grid, world, document)
    assert (result.code, "does not exist any more" in result.json["error"]) == (4, True)
