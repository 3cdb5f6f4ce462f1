"""Genuine Terraform with its state in the offline Cloud Storage: locks, kills, faults."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.bucket.server import Fault, Request
from offline.terraform.session import Offline, TerraformError

STATE, LOCK = "here/default.tfstate", "here/default.tflock"


@pytest.fixture
def offline() -> Iterator[Offline]:
    with Offline(providers=(), state_buckets=("state",), create_buckets=False) as session:
        yield session


@pytest.fixture
def stack(tmp_path: Path, offline: Offline) -> Path:
    return write(offline, tmp_path / "one")


def write(offline: Offline, folder: Path, *, command: str = "true", bucket: str = "state") -> Path:
    """Return a root module of two resources; `command` runs while the second is created."""
    folder.mkdir(exist_ok=True)
    program = {"local-exec": {"command": command, "interpreter": ["/bin/sh", "-c"]}}
    content = {
        "terraform": {"backend": {"gcs": {"bucket": bucket, "prefix": "here"}}},
        "resource": {
            "terraform_data": {
                "a": {"input": "one"},
                "b": {"input": "${terraform_data.a.id}", "provisioner": program},
            }
        },
        "output": {"a": {"value": "${terraform_data.a.output}"}},
    }
    (folder / "main.tf.json").write_text(json.dumps(content))
    offline.terraform("init", chdir=folder)
    return folder


def until(present: Path) -> None:
    for _ in range(600):
        if present.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{present} was never made")


def hold_the_lock(offline: Offline, folder: Path) -> None:
    """Leave a stale lock: an apply that is killed while it creates."""
    started = folder / "started"
    write(offline, folder, command=f"touch {started}; exec sleep 600")
    process = subprocess.Popen(
        offline.core.command(["apply", "-auto-approve", "-input=false"]),
        cwd=folder,
        env=offline.environ(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until(started)
    process.kill()
    process.wait()


def test_state_generations_are_kept_in_the_bucket(offline: Offline, stack: Path) -> None:
    offline.terraform("apply", "-auto-approve", chdir=stack)
    assert offline.terraform("plan", "-detailed-exitcode", chdir=stack).returncode == 0
    offline.terraform("apply", "-auto-approve", "-replace=terraform_data.a", chdir=stack)
    store = offline.bucket.store
    versions = store.versions("state", STATE)
    serials = [
        json.loads(store.read("state", STATE, each.generation))["serial"] for each in versions
    ]
    assert len(serials) >= 2
    assert serials == sorted(set(serials))
    assert store.live("state", LOCK) is None
    assert not list(stack.glob("*.tfstate*"))
    offline.terraform("destroy", "-auto-approve", chdir=stack)
    assert json.loads(store.read("state", STATE))["resources"] == []


def test_workspaces_are_listed(offline: Offline, stack: Path) -> None:
    offline.terraform("apply", "-auto-approve", chdir=stack)
    offline.terraform("workspace", "new", "other", chdir=stack)
    listed = offline.terraform("workspace", "list", chdir=stack).stdout.split()
    assert listed == ["default", "*", "other"]


def test_missing_state_bucket_is_an_error(offline: Offline, tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match="bucket doesn't exist"):
        write(offline, tmp_path / "x", bucket="elsewhere")


def test_second_of_two_concurrent_applies_fails_on_the_lock(
    offline: Offline, tmp_path: Path
) -> None:
    started, go_on = tmp_path / "started", tmp_path / "go-on"
    command = f"touch {started}; while [ ! -e {go_on} ]; do sleep 0.05; done"
    first = write(offline, tmp_path / "first", command=command)
    second = write(offline, tmp_path / "second")
    codes: list[int] = []

    def apply() -> None:
        done = offline.terraform("apply", "-auto-approve", chdir=first, check=False)
        codes.append(done.returncode)

    thread = threading.Thread(target=apply)
    thread.start()
    until(started)
    refused = offline.terraform("apply", "-auto-approve", chdir=second, check=False)
    go_on.touch()
    thread.join()
    assert refused.returncode == 1
    assert "Error acquiring the state lock" in refused.stderr
    assert codes == [0]
    assert offline.bucket.store.live("state", LOCK) is None
    waiting = offline.terraform("plan", "-lock-timeout=60s", chdir=second)
    assert "No changes" in waiting.stdout


def test_stale_lock_is_released_only_by_its_id(offline: Offline, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    hold_the_lock(offline, killed)
    again = write(offline, tmp_path / "again")
    refused = offline.terraform("plan", chdir=again, check=False)
    match = re.search(r"ID:\s+(\d+)", refused.stderr)
    assert match, refused.stderr
    lock = match[1]
    live = offline.bucket.store.live("state", LOCK)
    assert live is not None
    assert lock == str(live.generation)
    wrong = offline.terraform(
        "force-unlock", "-force", str(int(lock) + 1), chdir=again, check=False
    )
    assert wrong.returncode == 1
    assert "pre-conditions" in wrong.stderr
    assert offline.bucket.store.live("state", LOCK) == live
    offline.terraform("force-unlock", "-force", lock, chdir=again)
    offline.terraform("apply", "-auto-approve", chdir=again)
    assert offline.terraform("plan", "-detailed-exitcode", chdir=again).returncode == 0


def state_writes(request: Request) -> bool:
    return request.method == "POST" and request.object == STATE


@pytest.mark.parametrize(
    "fault", [Fault(403, "denied"), Fault(503, "denied", retry_after=1), Fault(reset=True)]
)
def test_failed_state_write_is_recoverable(offline: Offline, stack: Path, fault: Fault) -> None:
    faults = offline.bucket.faults
    faults.append(lambda request: fault if state_writes(request) else None)
    failed = offline.terraform("apply", "-auto-approve", chdir=stack, check=False)
    assert failed.returncode == 1
    assert (fault.message or "connection reset") in " ".join(failed.stderr.split())
    errored = stack / "errored.tfstate"
    assert len(json.loads(errored.read_text())["resources"]) == 2
    assert json.loads(offline.bucket.store.read("state", STATE))["resources"] == []  # init's
    faults.clear()
    offline.terraform("state", "push", "errored.tfstate", chdir=stack)
    assert offline.terraform("plan", "-detailed-exitcode", chdir=stack).returncode == 0


@pytest.mark.parametrize(
    "fault", [Fault(503, "try later", retry_after=1), Fault(reset=True), Fault(hang=0.2)]
)
def test_transient_read_error_is_retried(offline: Offline, stack: Path, fault: Fault) -> None:
    offline.terraform("apply", "-auto-approve", chdir=stack)
    left = [fault, fault]

    def hiccup(request: Request) -> Fault | None:
        reads = request.method == "GET" and request.object == STATE
        return left.pop() if left and reads else None

    offline.bucket.faults.append(hiccup)
    assert offline.terraform("plan", "-detailed-exitcode", chdir=stack).returncode == 0
    assert not left


def test_interrupted_apply_releases_the_lock(offline: Offline, tmp_path: Path) -> None:
    started = tmp_path / "started"
    stack = write(offline, tmp_path / "one", command=f"touch {started}; exec sleep 600")
    process = subprocess.Popen(
        offline.core.command(["apply", "-auto-approve", "-input=false"]),
        cwd=stack,
        env=offline.environ(stack),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(started)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 1
    assert offline.bucket.store.live("state", LOCK) is None
    held = json.loads(offline.bucket.store.read("state", STATE))["resources"]
    assert {each["name"] for each in held} == {"a", "b"}
