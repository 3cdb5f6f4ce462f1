"""`grid rollback`."""

import copy
import shutil
from pathlib import Path

import pytest

from offline.serve.apis.run import HELLO
from offline.serve.faults import Fault, Script
from offline.serve.listener import serve
from offline.serve.server import Server
from tests.operations import platform
from tests.operations.commandline import KILLED, Grid
from tests.operations.platform import (
    PROJECT,
    REGIONS,
    STATE_BUCKET,
    STATE_PREFIX,
    LocalGoogle,
    service_name,
)
from tests.operations.releases import everywhere, image, push, served, template_images

ONE, TWO = image("1"), image("2")
BACK = ("rollback", "test", "--service=api", "--json")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalGoogle, Path]:
    """Provide a platform with two releases, and the folder of who made them; to be copied only."""
    cloud, folder = LocalGoogle(), tmp_path_factory.mktemp("released")
    cloud.apply()
    push(cloud, ONE, TWO)
    cloud.operations.takes = 1
    outputs = platform.write(cloud.outputs(), folder / "outputs.json")
    with serve(cloud, platform.listener()) as server:
        grid = Grid(server, folder / "grid", outputs)
        for reference in (ONE, TWO):
            assert grid("deploy", "test", f"--image=api={reference}", "--watch=0").code == 0
    cloud.operations.settle()
    return cloud, grid.folder


@pytest.fixture
def cloud(released: tuple[LocalGoogle, Path]) -> LocalGoogle:
    return copy.deepcopy(released[0])


@pytest.fixture(autouse=True)
def _journal(grid: Grid, released: tuple[LocalGoogle, Path]) -> None:
    shutil.copytree(released[1], grid.folder)


def revisions(cloud: LocalGoogle, region: str = REGIONS[0]) -> list[str]:
    """Short names of the revisions, the oldest first."""
    name = f"{service_name('api', region)}/revisions/"
    return [one.removeprefix(name) for one in cloud.run.revisions if one.startswith(name)]


def test_rollback_returns_traffic_in_every_region(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid(*BACK)
    assert result.code == 0, result.stderr
    assert served(cloud) == everywhere(ONE)
    found = result.json["result"]
    assert {each["why"] for each in found["services"]} == {
        f"served before release {found['release']}"
    }


def test_repeated_rollback_changes_nothing(grid: Grid, cloud: LocalGoogle) -> None:
    assert [grid(*BACK).code for _ in range(2)] == [0, 0]
    assert served(cloud) == everywhere(ONE)


def test_rollback_finds_target_on_another_machine(grid: Grid, cloud: LocalGoogle) -> None:
    grid.folder = grid.folder.with_name("elsewhere")
    assert grid(*BACK).code == 0
    assert served(cloud) == everywhere(ONE)


@pytest.mark.parametrize("fault", [Fault("503", 1), Fault("429", 1), Fault("hang", 1)])
def test_rollback_needs_no_state_bucket(
    grid: Grid, cloud: LocalGoogle, server: Server, fault: Fault
) -> None:
    """The annotations of the services say what served before."""
    methods = "storage.*"
    server.faults = Script([Fault(fault.kind, at, methods) for at in range(1, 40)])
    result = grid(*BACK)
    assert result.code == 0, result
    assert served(cloud) == everywhere(ONE)
    assert "no lease" in result.stderr


def test_rollback_is_blocked_without_any_record(grid: Grid, cloud: LocalGoogle) -> None:
    for name in cloud.storage.names(STATE_BUCKET):
        cloud.storage.remove(STATE_BUCKET, name)
    for region in REGIONS:
        del cloud.run.services[service_name("api", region)]["annotations"]
    result = grid(*BACK)
    assert result.code == 4
    assert "--to-image SERVICE=IMAGE" in result.json["advice"]


def test_rollback_skips_release_that_was_reverted(grid: Grid, cloud: LocalGoogle) -> None:
    three, four = image("3"), image("4")
    push(cloud, three, four)
    assert grid("deploy", "test", f"--image=api={four}", "--watch=0").code == 0
    cloud.run.ill = {three}
    assert grid("deploy", "test", f"--image=api={three}").code == 3
    assert grid(*BACK).code == 0
    assert served(cloud) == everywhere(TWO)


def test_rollback_to_revision_that_failed_smoke_test_is_blocked(
    grid: Grid, cloud: LocalGoogle
) -> None:
    three = image("3")
    push(cloud, three)
    cloud.run.ill = {three}
    assert grid("deploy", "test", f"--image=api={three}").code == 3
    ill = revisions(cloud)[-2]  # the last one has the old image again
    result = grid(*BACK, f"--to={ill}")
    assert result.code == 4
    assert "failed its smoke test" in result.json["error"]
    assert served(cloud) == everywhere(TWO)


def test_rollback_serves_named_revision(grid: Grid, cloud: LocalGoogle) -> None:
    sample = revisions(cloud)[0]
    assert grid(*BACK, f"--to={sample}").code == 0
    assert served(cloud) == everywhere(HELLO)


def test_rollback_keeps_image_of_template(grid: Grid, cloud: LocalGoogle) -> None:
    assert grid(*BACK).code == 0
    assert template_images(cloud) == {TWO}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--service=api", "--to=nothing"), 2, "no revision nothing"),
        (("--service=web",), 2, "no service web"),
        (("--to=grid-test-api-00001-x",), 2, "a revision of one service"),
        (("--region=mars",), 2, "no region mars"),
        (("--release=nothing",), 2, "no release nothing"),
        (("--release=x", "--to-image=api=" + ONE), 2, "exclude each other"),
    ],
)
def test_rollback_rejects_unknown_service_or_revision(
    grid: Grid, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = grid("rollback", "test", *arguments, "--json")
    assert result.code == code
    assert said in result.json["error"]


@pytest.mark.parametrize("is_deleted", [False, True])
def test_rollback_creates_revision_that_is_gone(
    grid: Grid, cloud: LocalGoogle, is_deleted: bool
) -> None:
    """In one region; in the other one it is there."""
    for name, revision in list(cloud.run.revisions.items()):
        if revision["containers"][0]["image"] == ONE and REGIONS[1] in name:
            revision["conditions"] = [{"type": "Ready", "state": "CONDITION_FAILED"}]
            if is_deleted:
                cloud.run.revisions.pop(name)
    result = grid(*BACK)
    assert result.code == 0
    assert served(cloud) == everywhere(ONE)


def test_rollback_serves_image_in_every_region(grid: Grid, cloud: LocalGoogle) -> None:
    assert grid("rollback", "test", f"--to-image=api={ONE}").code == 0
    assert served(cloud) == everywhere(ONE)
    assert served(cloud, "auth") == everywhere(HELLO)


def test_rollback_rejects_image_of_another_service(grid: Grid, cloud: LocalGoogle) -> None:
    rollback = ("rollback", "test", f"--to-image=auth={ONE}", "--json")
    result = grid(*rollback)
    assert (result.code, "--force" in result.json["advice"]) == (2, True)
    assert grid(*rollback, "--force").code == 0
    assert served(cloud, "auth") == everywhere(ONE)


def test_rollback_asks_operator(grid: Grid, cloud: LocalGoogle) -> None:
    grid.answers = ["no"]
    refused = grid(*BACK)
    assert (refused.code, "give --yes" in refused.json["advice"]) == (4, True)
    assert "served before release" in refused.stderr
    assert served(cloud) == everywhere(TWO)
    grid.answers = ["y"]
    assert grid(*BACK).code == 0
    assert served(cloud) == everywhere(ONE)


def test_refused_rollback_does_not_stop_running_release(
    grid: Grid, cloud: LocalGoogle, server: Server
) -> None:
    """The question comes before the rollback takes the lease over."""
    three = image("3")
    push(cloud, three)
    stop = Fault("kill-after", 3, "run.projects.locations.services.patch")
    server.faults = Script([stop])
    assert grid.mortal("deploy", "test", f"--image=api={three}", "--watch=0").code == KILLED
    server.faults = Script()
    held = cloud.storage.read(STATE_BUCKET, f"{STATE_PREFIX}/lease.json")
    grid.folder, grid.answers = grid.folder.with_name("other"), ["n"]
    assert grid(*BACK).code == 4
    assert cloud.storage.read(STATE_BUCKET, f"{STATE_PREFIX}/lease.json") == held


def test_rollback_touches_named_region_only(grid: Grid, cloud: LocalGoogle) -> None:
    assert grid(*BACK, f"--region={REGIONS[1]}").code == 0
    assert served(cloud) == {REGIONS[0]: {TWO: 100}, REGIONS[1]: {ONE: 100}}
    assert grid("rollback", "test").code == 0
    assert served(cloud) == everywhere(ONE)


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [("ENABLED", 0, ""), ("DISABLED", 4, "is disabled"), (None, 4, "is gone")],
)
def test_rollback_is_blocked_when_secret_version_is_disabled(
    grid: Grid, cloud: LocalGoogle, state: str | None, code: int, said: str
) -> None:
    reference = {"secret": "grid-test-jwt", "version": "3"}
    env = [{"name": "JWT", "valueSource": {"secretKeyRef": reference}}]
    for revision in cloud.run.revisions.values():
        if revision["containers"][0]["image"] == ONE:
            revision["containers"] = [{"image": ONE, "env": env}]
    if state:
        version = f"projects/{PROJECT}/secrets/grid-test-jwt/versions/3"
        cloud.store.resources["secretmanager", version] = {"name": version, "state": state}
    result = grid(*BACK)
    assert result.code == code
    assert said in result.json.get("error", "")


def test_rollback_ends_running_release(grid: Grid, cloud: LocalGoogle, server: Server) -> None:
    three = image("3")
    push(cloud, three)
    patch = "run.projects.locations.services.patch"
    deploy = ("deploy", "test", f"--image=api={three}", "--watch=0")
    server.faults.add(Fault("kill-after", 8, patch))
    grid.mortal(*deploy)
    assert len(served(cloud)["us-east1"]) == 2
    assert grid(*BACK, "--dry-run").code == 0
    assert len(served(cloud)["us-east1"]) == 2
    assert grid(*BACK).code == 0
    assert served(cloud)["us-east1"] == {TWO: 100}
