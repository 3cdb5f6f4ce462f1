"""What goes wrong in the middle of an apply, and how it ends well."""

import json
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from offline.bucket.faults import Fault, Request
from tests.repetition import only
from tests.template import platforms, stacks
from tests.terraform.conftest import Applied
from tests.terraform.workspace import VARIABLES, Workspace


def ready(workspace: Workspace, name: str = "dev") -> Workspace:
    workspace.write(stacks()[name])
    workspace.run("init")
    return workspace


@pytest.fixture(params=only({"dev-bootstrap"}, ["dev-bootstrap", "dev"]))
def name(request: pytest.FixtureRequest) -> str:
    """Provide a stack whose state is in trouble; its content plays no part."""
    value: str = request.param
    return value


def test_an_apply_that_is_killed_is_finished_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(workspace)
    cloud, put = workspace.cloud, workspace.cloud.world.put
    started: list[subprocess.Popen[bytes]] = []

    def fatal(*args: Any, **more: Any) -> None:
        """Kill Terraform before it hears of the fortieth resource."""
        put(*args, **more)
        if len(cloud.world.events) >= 40:
            started[0].kill()

    with monkeypatch.context() as patched:
        patched.setattr(cloud.world, "put", fatal)
        process = subprocess.Popen(
            cloud.core.command(["apply", "-auto-approve", "-no-color"]),
            cwd=workspace.folder,
            env={**cloud.environ(workspace.folder), **VARIABLES},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        assert process.wait() == -signal.SIGKILL
    assert "google_cloud_run_v2_service" not in cloud.world.resources

    # The lock of the dead apply is still there: Terraform says whose it is and how to remove it.
    refused = workspace.run("plan", expect=1).stderr
    assert "Error acquiring the state lock" in refused
    [lock] = [line.split()[-1] for line in refused.splitlines() if line.strip().startswith("ID:")]
    workspace.run("force-unlock", "-force", lock)

    # What was created after the last write of the state is there but unknown: Google refuses the
    # second creation, and import blocks make it known.
    blocks: list[dict[str, str]] = []
    for _ in range(20):
        done = workspace.run("apply", "-auto-approve", expect=(0, 1))
        if done.returncode == 0:
            break
        found = what_exists(workspace, done.stderr)
        assert found, done.stderr
        blocks += found
        text = json.dumps({"import": blocks})
        (workspace.folder / "imports.tf.json").write_text(text, encoding="utf-8")
    assert blocks
    assert workspace.unchanged()


def what_exists(workspace: Workspace, said: str) -> list[dict[str, str]]:
    """Import blocks for what Google says exists already."""
    blocks = []
    for part in said.split("Error: ")[1:]:
        if "already exists" not in part.lower() and "409" not in part:
            continue
        address = part.split("with ", 1)[1].split(",", 1)[0].strip()
        type_ = address.partition(".")[0]
        resource = platforms()["dev"].get(address)
        world = workspace.cloud.world.resources[type_]
        said_of_it = {
            name: value
            for name, value in resource.items()
            if isinstance(value, str) and "${" not in value
        }
        [id_] = [
            id_
            for id_, one in world.items()
            if all(one.get(name, value) == value for name, value in said_of_it.items())
        ]
        blocks.append({"to": address, "id": id_})
    return blocks


def test_of_two_applies_at_once_one_is_refused(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    ready(workspace, name)
    other = ready(Workspace(workspace.cloud, tmp_path / "other"), name)
    ended: list[int] = []

    def apply(one: Workspace) -> None:
        ended.append(one.run("apply", "-auto-approve", expect=(0, 1)).returncode)

    threads = [threading.Thread(target=apply, args=(one,)) for one in (workspace, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) in ([0, 1], [0, 0])
    assert workspace.unchanged()
    creations = [event.id for event in workspace.cloud.world.events if event.action == "create"]
    assert len(creations) == len(set(creations))


def test_an_apply_waits_for_the_lock_where_it_is_told_to(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    ready(workspace, name)
    other = ready(Workspace(workspace.cloud, tmp_path / "other"), name)
    ended: list[int] = []

    def apply(one: Workspace) -> None:
        done = one.run("apply", "-auto-approve", "-lock-timeout=120s", expect=(0, 1))
        ended.append(done.returncode)

    threads = [threading.Thread(target=apply, args=(one,)) for one in (workspace, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [0, 0]
    assert workspace.unchanged()


@pytest.mark.parametrize("status", [403, 503])
def test_a_state_that_cannot_be_written_is_not_lost(
    workspace: Workspace, status: int, name: str
) -> None:
    ready(workspace, name)

    def refuse(request: Request) -> Fault | None:
        writing = request.method == "POST" and request.query.get("name", "").endswith(".tfstate")
        return Fault(status=status, message="no") if writing else None

    faults = workspace.cloud.bucket.faults
    faults.append(refuse)
    workspace.run("apply", "-auto-approve", expect=1)
    faults.clear()

    saved = workspace.folder / "errored.tfstate"
    known = {one["name"] for one in json.loads(saved.read_text(encoding="utf-8"))["resources"]}
    assert known >= {"storage", "cloudresourcemanager"}
    # The lock could not be released either: its id is in what is left of it.
    refused = workspace.run("plan", "-lock-timeout=0s", expect=(0, 1, 2)).stderr
    for line in refused.splitlines():
        if line.strip().startswith("ID:"):
            workspace.run("force-unlock", "-force", line.split()[-1])
    workspace.run("state", "push", "errored.tfstate")
    assert workspace.unchanged()


def test_another_session_goes_on_where_one_ended(applied: Applied) -> None:
    assert applied(platforms()["dev"]).unchanged()
