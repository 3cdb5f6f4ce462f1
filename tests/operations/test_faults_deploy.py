"""deploy, rollback and migrate under sequences of faults: done, or as before, or it says what is
left; and the same command again ends well.
"""

import pytest

from tests.operations import platform
from tests.operations.commandline import KILLED, Ended, Grid
from tests.operations.google.faults import KINDS, Fault, Kind, Script, sequence
from tests.operations.google.run import HELLO
from tests.operations.google.server import Server
from tests.operations.platform import MIGRATIONS, REGIONS, LocalGoogle, job_name, service_name
from tests.operations.releases import candidate_tags, image, push

HERE = [kind for kind in KINDS if not kind.startswith("kill")]
REGION = REGIONS[0]
ONE, TWO, NEW = image("1"), image("2"), image("3", "migrations")
DEPLOY = ("deploy", "test", f"--image=api={ONE}", f"--migrate-image={NEW}", "--watch=0", "--json")
ROLLBACK = ("rollback", "test", "--service=api", "--json")
MIGRATE = ("migrate", "test", f"--image={NEW}", "--json")
Counts = dict[str, int]


@pytest.fixture(autouse=True)
def one_region(grid: Grid, cloud: LocalGoogle) -> None:
    """Leave one region and one service, and let work end soon."""
    cloud.takes = 1
    push(cloud, ONE, TWO, NEW)
    outputs = cloud.outputs()
    outputs["services"] = {"api": {REGION: outputs["services"]["api"][REGION]}}
    platform.write(outputs, grid.outputs)


def now(cloud: LocalGoogle) -> Counts:
    """Percent by image."""
    name = service_name("api", REGION)
    return {
        cloud.run.revisions[f"{name}/revisions/{one['revision'].rpartition('/')[2]}"]["containers"][
            0
        ]["image"]: one["percent"]
        for one in cloud.run.services[name]["trafficStatuses"]
        if one.get("percent")
    }


def job_image(cloud: LocalGoogle) -> str:
    """What the migration job runs."""
    found: str = cloud.jobs.jobs[job_name()]["template"]["template"]["containers"][0]["image"]
    return found


def check(ended: Ended, as_before: bool) -> None:
    """What an exit code promises."""
    assert ended.code in {0, 1, 3}, ended.stderr
    if ended.code == 1:
        assert as_before, ended.stderr
    if ended.code == 3:
        assert ended.json["left"]


@pytest.mark.parametrize("seed", range(30))
def test_a_release(grid: Grid, server: Server, cloud: LocalGoogle, seed: int) -> None:
    server.faults = Script(sequence(seed, 60, HERE))
    ended = grid(*DEPLOY)
    settled(server, cloud)
    image_before = template_images_here(cloud) == HELLO and job_image(cloud) == MIGRATIONS
    check(ended, now(cloud) == {HELLO: 100} and image_before and not candidate_tags(cloud))
    if ended.code == 0:
        assert now(cloud) == {ONE: 100}
    else:
        named = " ".join(ended.json["left"])
        assert now(cloud) == {HELLO: 100} or "traffic" in named or "revision" in named
    assert grid(*DEPLOY).code == 0
    assert (now(cloud), candidate_tags(cloud)) == ({ONE: 100}, [])


@pytest.mark.parametrize("seed", range(10))
def test_a_release_of_an_ill_image(
    grid: Grid, server: Server, cloud: LocalGoogle, seed: int
) -> None:
    cloud.run.ill = {ONE}
    server.faults = Script(sequence(seed, 60, HERE))
    assert grid(*DEPLOY).code in {1, 3}
    settled(server, cloud)
    assert now(cloud) == {HELLO: 100}
    assert grid(*DEPLOY).code in {1, 3}
    assert (now(cloud), template_images_here(cloud)) == ({HELLO: 100}, HELLO)
    assert candidate_tags(cloud) == []


@pytest.mark.parametrize("seed", range(15))
def test_a_rollback(grid: Grid, server: Server, cloud: LocalGoogle, seed: int) -> None:
    for reference in (ONE, TWO):
        release(cloud, reference)
    assert now(cloud) == {TWO: 100}
    server.faults = Script(sequence(seed, 12, HERE))
    ended = grid(*ROLLBACK)
    settled(server, cloud)
    check(ended, now(cloud) == {TWO: 100})
    assert grid(*ROLLBACK).code == 0
    assert now(cloud) == {ONE: 100}


@pytest.mark.parametrize("seed", range(15))
def test_a_migration(grid: Grid, server: Server, cloud: LocalGoogle, seed: int) -> None:
    server.faults = Script(sequence(seed, 16, HERE))
    ended = grid(*MIGRATE)
    settled(server, cloud)
    check(ended, job_image(cloud) == MIGRATIONS)
    assert grid(*MIGRATE).code == 0
    assert job_image(cloud) == NEW
    last = list(cloud.jobs.executions.values())[-1]
    assert (last["template"]["containers"][0]["image"], last["succeededCount"]) == (NEW, 1)


@pytest.mark.parametrize(
    ("method", "at", "kind"),
    [
        ("run.projects.locations.jobs.run", 1, "kill-after"),
        ("run.projects.locations.services.patch", 1, "kill-after"),
        ("run.projects.locations.services.patch", 2, "kill"),
        ("run.projects.locations.jobs.run", 2, "kill-after"),
        ("run.projects.locations.services.patch", 4, "kill-after"),
    ],
)
def test_a_killed_release(grid: Grid, cloud: LocalGoogle, method: str, at: int, kind: Kind) -> None:
    killed, again = grid.through([Fault(kind, at, method)], *DEPLOY)
    assert (killed.code, again.code) == (KILLED, 0)
    assert (now(cloud), candidate_tags(cloud)) == ({ONE: 100}, [])


def template_images_here(cloud: LocalGoogle) -> str:
    """What the next change by Terraform would run."""
    service = cloud.run.services[service_name("api", REGION)]
    return str(service["template"]["containers"][0]["image"])


def settled(server: Server, cloud: LocalGoogle) -> None:
    """End the faults, and what is on at Google."""
    server.faults = Script()
    cloud.settle()


def release(cloud: LocalGoogle, reference: str) -> None:
    """Leave a service as a release does."""
    service = cloud.run.services[service_name("api", REGION)]
    before = service["trafficStatuses"][0]["revision"].rpartition("/")[2]
    service["template"] = {"containers": [{"image": reference}]}
    cloud.run._changed(service, revise=True)
    cloud.run._reconcile(service)
    after = service["latestReadyRevision"].rpartition("/")[2]
    target = {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": after, "percent": 100}
    service.update(traffic=[target], annotations={"grid-served-before": before})
    cloud.run._reconcile(service)
