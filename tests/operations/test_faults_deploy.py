"""deploy, rollback and migrate under sequences of faults: done, or as before, or it says what is
left; and the same command again ends well.
"""

import pytest

from offline.serve.apis.run import HELLO
from offline.serve.faults import KINDS, Fault, Kind, Script, sequence
from offline.serve.server import Server
from tests.operations import platform
from tests.operations.commandline import KILLED, CommandResult, Grid
from tests.operations.platform import MIGRATIONS, REGIONS, LocalGoogle, job_name, service_name
from tests.operations.releases import candidate_tags, image, push
from tests.repetition import seeds

CHANGES = ("*.patch", "*.jobs.run")
PATCH, JOB = "run.projects.locations.services.patch", "run.projects.locations.jobs.run"
HERE = [kind for kind in KINDS if not kind.startswith("kill")]
REGION = REGIONS[0]
ONE, TWO, NEW = image("1"), image("2"), image("3", "migrations")
ALONE = ("deploy", "test", f"--image=api={ONE}", "--watch=0", "--json")
DEPLOY = (*ALONE, f"--migrate-image={NEW}")
ROLLBACK = ("rollback", "test", "--service=api", "--json")
MIGRATE = ("migrate", "test", f"--image={NEW}", "--json")
Counts = dict[str, int]


def faults(seed: int, requests: int, changes: int) -> list[Fault]:
    """Faults anywhere among the first requests, or at the changes among them, which are few."""
    drawn = sequence(seed, requests, HERE)
    if seed % 3 == 0:
        return drawn
    at_changes = sequence(seed, changes, ("operation", "operation", "lost", "503"))
    return [
        *(Fault(one.kind, one.at, CHANGES[one.at % 2]) for one in at_changes),
        *drawn[: seed % 3 - 1],
    ]


@pytest.fixture(autouse=True)
def one_region(grid: Grid, cloud: LocalGoogle) -> None:
    """Leave one region and one service, and let work end soon."""
    cloud.operations.takes = 1
    push(cloud, ONE, TWO, NEW)
    tell(grid, cloud)


def tell(grid: Grid, cloud: LocalGoogle, *, migration: bool = True) -> None:
    """Write the outputs of that platform, with its migration job or without."""
    outputs = cloud.outputs()
    outputs["services"] = {"api": {REGION: outputs["services"]["api"][REGION]}}
    if not migration:
        del outputs["migration_job"]
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
    """Return the image that the migration job runs."""
    found: str = cloud.jobs.jobs[job_name()]["template"]["template"]["containers"][0]["image"]
    return found


def check(result: CommandResult, as_before: bool) -> None:
    """Assert what an exit code promises."""
    assert result.code in {0, 1, 3}, result.stderr
    if result.code == 1:
        assert as_before, result.stderr
    if result.code == 3:
        assert result.json["not_reverted"]


@pytest.mark.parametrize("seed", seeds(24))
def test_deploy_recovers_from_faults(
    grid: Grid, server: Server, cloud: LocalGoogle, seed: int
) -> None:
    migrates = seed % 2 == 0
    tell(grid, cloud, migration=migrates)
    command = DEPLOY if migrates else ALONE
    server.faults = Script(faults(seed, 60, 8))
    result = grid(*command)
    settled(server, cloud)
    templates = (template_image(cloud), job_image(cloud))
    as_before = now(cloud) == {HELLO: 100} and templates == (HELLO, MIGRATIONS)
    check(result, as_before and not candidate_tags(cloud))
    if result.code == 0:
        assert now(cloud) == {ONE: 100}
    else:
        named = " ".join(result.json["not_reverted"])
        assert now(cloud) == {HELLO: 100} or "traffic" in named or "candidate" in named
    assert grid(*command).code == 0
    assert (now(cloud), candidate_tags(cloud)) == ({ONE: 100}, [])


@pytest.mark.parametrize("seed", seeds(9))
def test_deploy_restores_previous_revision_when_smoke_test_fails(
    grid: Grid, server: Server, cloud: LocalGoogle, seed: int
) -> None:
    cloud.run.ill = {ONE}
    server.faults = Script(faults(seed, 60, 8))
    assert grid(*DEPLOY).code in {1, 3}
    settled(server, cloud)
    assert now(cloud) == {HELLO: 100}
    assert grid(*DEPLOY).code in {1, 3}
    assert (now(cloud), template_image(cloud)) == ({HELLO: 100}, HELLO)
    assert candidate_tags(cloud) == []


@pytest.mark.parametrize("seed", seeds(18))
def test_rollback_recovers_from_faults(
    grid: Grid, server: Server, cloud: LocalGoogle, seed: int
) -> None:
    for reference in (ONE, TWO):
        release(cloud, reference)
    assert now(cloud) == {TWO: 100}
    server.faults = Script(faults(seed, 12, 2))
    result = grid(*ROLLBACK)
    settled(server, cloud)
    check(result, now(cloud) == {TWO: 100})
    assert grid(*ROLLBACK).code == 0
    assert now(cloud) == {ONE: 100}


@pytest.mark.parametrize("seed", seeds(18))
def test_migrate_recovers_from_faults(
    grid: Grid, server: Server, cloud: LocalGoogle, seed: int
) -> None:
    server.faults = Script(faults(seed, 16, 2))
    result = grid(*MIGRATE)
    settled(server, cloud)
    check(result, job_image(cloud) == MIGRATIONS)
    assert grid(*MIGRATE).code == 0
    assert job_image(cloud) == NEW
    last = list(cloud.jobs.executions.values())[-1]
    assert (last["template"]["containers"][0]["image"], last["succeededCount"]) == (NEW, 1)


@pytest.mark.parametrize(
    ("method", "at", "kind"),
    [
        pytest.param(JOB, 1, "kill-after", marks=pytest.mark.slow),
        pytest.param(PATCH, 1, "kill-after", marks=pytest.mark.slow),
        pytest.param(PATCH, 2, "kill", marks=pytest.mark.slow),
        pytest.param(JOB, 2, "kill-after", marks=pytest.mark.slow),
        (PATCH, 4, "kill-after"),
    ],
)
def test_killed_deploy_is_resumed(
    grid: Grid, cloud: LocalGoogle, method: str, at: int, kind: Kind
) -> None:
    killed, again = grid.through([Fault(kind, at, method)], *DEPLOY)
    assert (killed.code, again.code) == (KILLED, 0)
    assert (now(cloud), candidate_tags(cloud)) == ({ONE: 100}, [])


def template_image(cloud: LocalGoogle) -> str:
    """Return the images that the next change by Terraform would run."""
    service = cloud.run.services[service_name("api", REGION)]
    return str(service["template"]["containers"][0]["image"])


def settled(server: Server, cloud: LocalGoogle) -> None:
    """End the faults, and what is on at Google."""
    server.faults = Script()
    cloud.operations.settle()


def release(cloud: LocalGoogle, reference: str) -> None:
    """Leave a service as a release does."""
    service = cloud.run.services[service_name("api", REGION)]
    before = service["trafficStatuses"][0]["revision"].rpartition("/")[2]
    service["template"] = {"containers": [{"image": reference}]}
    cloud.run.change(service, revise=True)
    cloud.run.reconcile(service)
    after = service["latestReadyRevision"].rpartition("/")[2]
    target = {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": after, "percent": 100}
    service.update(traffic=[target], annotations={"grid-served-before": before})
    cloud.run.reconcile(service)
