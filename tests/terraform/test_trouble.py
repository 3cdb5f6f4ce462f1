"""Tests of interrupted and concurrent applies, and of their recovery."""

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


def write_and_init(workspace: Workspace, name: str = "dev") -> Workspace:
    workspace.write(stacks()[name])
    workspace.run("init")
    return workspace


@pytest.fixture(params=only({"dev-bootstrap"}, ["dev-bootstrap", "dev"]))
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a stack; its content does not matter."""
    value: str = request.param
    return value


def test_apply_finishes_work_of_killed_apply_after_unlock_and_import(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_and_init(workspace)
    cloud, put = workspace.cloud, workspace.cloud.fake_cloud.put
    processes: list[subprocess.Popen[bytes]] = []

    def put_and_kill(*args: Any, **options: Any) -> None:
        """Kill Terraform before it receives the response for resource 40."""
        put(*args, **options)
        if len(cloud.fake_cloud.events) >= 40:
            processes[0].kill()

    with monkeypatch.context() as patched:
        patched.setattr(cloud.fake_cloud, "put", put_and_kill)
        process = subprocess.Popen(
            cloud.core.command(["apply", "-auto-approve", "-no-color"]),
            cwd=workspace.folder,
            env={**cloud.environ(workspace.folder), **VARIABLES},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        processes.append(process)
        assert process.wait() == -signal.SIGKILL
    assert "google_cloud_run_v2_service" not in cloud.fake_cloud.resources

    # The killed apply still holds the lock; Terraform prints its ID.
    error = workspace.run("plan", expect=1).stderr
    assert "Error acquiring the state lock" in error
    [lock] = [line.split()[-1] for line in error.splitlines() if line.strip().startswith("ID:")]
    workspace.run("force-unlock", "-force", lock)

    # Resources created after the last write of the state exist, but are not in it: the API rejects
    # a second creation, and import blocks add them to the state.
    blocks: list[dict[str, str]] = []
    for _ in range(20):
        result = workspace.run("apply", "-auto-approve", expect=(0, 1))
        if result.returncode == 0:
            break
        new_blocks = import_blocks(workspace, result.stderr)
        assert new_blocks, result.stderr
        blocks += new_blocks
        text = json.dumps({"import": blocks})
        (workspace.folder / "imports.tf.json").write_text(text, encoding="utf-8")
    assert blocks
    assert workspace.is_unchanged()


def import_blocks(workspace: Workspace, output: str) -> list[dict[str, str]]:
    """Return import blocks for the resources that already exist, according to the errors."""
    blocks = []
    for part in output.split("Error: ")[1:]:
        if "already exists" not in part.lower() and "409" not in part:
            continue
        address = part.split("with ", 1)[1].split(",", 1)[0].strip()
        type_ = address.partition(".")[0]
        resource = platforms()["dev"].get(address)
        world = workspace.cloud.fake_cloud.resources[type_]
        configured = {
            name: value
            for name, value in resource.items()
            if isinstance(value, str) and "${" not in value
        }
        [id_] = [
            id_
            for id_, values in world.items()
            if all(values.get(name, value) == value for name, value in configured.items())
        ]
        blocks.append({"to": address, "id": id_})
    return blocks


def test_concurrent_apply_fails_on_state_lock(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    write_and_init(workspace, name)
    other = write_and_init(Workspace(workspace.cloud, tmp_path / "other"), name)
    exit_codes: list[int] = []

    def apply(target: Workspace) -> None:
        exit_codes.append(target.run("apply", "-auto-approve", expect=(0, 1)).returncode)

    threads = [threading.Thread(target=apply, args=(target,)) for target in (workspace, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(exit_codes) in ([0, 1], [0, 0])
    assert workspace.is_unchanged()
    creations = [
        event.id for event in workspace.cloud.fake_cloud.events if event.action == "create"
    ]
    assert len(creations) == len(set(creations))


def test_concurrent_apply_waits_when_lock_timeout_is_set(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    write_and_init(workspace, name)
    other = write_and_init(Workspace(workspace.cloud, tmp_path / "other"), name)
    exit_codes: list[int] = []

    def apply(target: Workspace) -> None:
        result = target.run("apply", "-auto-approve", "-lock-timeout=120s", expect=(0, 1))
        exit_codes.append(result.returncode)

    threads = [threading.Thread(target=apply, args=(target,)) for target in (workspace, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert exit_codes == [0, 0]
    assert workspace.is_unchanged()


@pytest.mark.parametrize("status", [403, 503])
def test_failed_state_write_is_recovered_by_state_push(
    workspace: Workspace, status: int, name: str
) -> None:
    write_and_init(workspace, name)

    def fail_write(request: Request) -> Fault | None:
        writing = request.method == "POST" and request.query.get("name", "").endswith(".tfstate")
        return Fault(status=status, message="no") if writing else None

    faults = workspace.cloud.bucket.faults
    faults.append(fail_write)
    workspace.run("apply", "-auto-approve", expect=1)
    faults.clear()

    saved = workspace.folder / "errored.tfstate"
    known = {
        resource["name"] for resource in json.loads(saved.read_text(encoding="utf-8"))["resources"]
    }
    assert known >= {"storage", "cloudresourcemanager"}
    # The lock could not be released either; the error has its ID.
    output = workspace.run("plan", "-lock-timeout=0s", expect=(0, 1, 2)).stderr
    for line in output.splitlines():
        if line.strip().startswith("ID:"):
            workspace.run("force-unlock", "-force", line.split()[-1])
    workspace.run("state", "push", "errored.tfstate")
    assert workspace.is_unchanged()


def test_plan_is_empty_in_new_session(applied: Applied) -> None:
    assert applied(platforms()["dev"]).is_unchanged()
