"""A session: its environment for Terraform, the types that it serves, the folder that it holds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from offline.terraform.session import Offline, SessionBusyError, TerraformError

NETWORK = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
  backend "gcs" { bucket = "anything-at-all" }
}
provider "google" {
  project = "p-one"
  region  = "us-central1"
}
resource "google_compute_network" "n" {
  name                    = "net"
  auto_create_subnetworks = false
}
"""
API = """
resource "google_project_service" "compute" { service = "compute.googleapis.com" }
"""


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    depends = text.replace("false\n}", "false\n  depends_on = [google_project_service.compute]\n}")
    (folder / "main.tf").write_text(depends + API)
    return folder


def test_terraform_environment_has_no_google_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_CREDENTIALS",
        "GOOGLE_BACKEND_IMPERSONATE_SERVICE_ACCOUNT",
        "CLOUDSDK_CONFIG",
        "TF_REATTACH_PROVIDERS",
        "TF_CLI_CONFIG_FILE",
    ):
        monkeypatch.setenv(name, "real")
    monkeypatch.setenv("GOOGLE_PROJECT", "p")
    monkeypatch.setenv("TF_VAR_x", "1")
    with Offline(providers=()) as offline:
        environ = offline.environ()
        assert Path(environ.pop("TF_CLI_CONFIG_FILE")).read_text() == ""
        assert environ["STORAGE_EMULATOR_HOST"] == offline.bucket.url
        assert environ["CHECKPOINT_DISABLE"] == environ["TF_IN_AUTOMATION"] == "1"
        assert (environ["GOOGLE_PROJECT"], environ["TF_VAR_x"]) == ("p", "1")
        assert "TF_INPUT" not in environ
        assert "real" not in environ.values()


def test_session_keeps_cloud_and_state_in_its_folder(tmp_path: Path) -> None:
    stack, folder = write(tmp_path / "stack", NETWORK), tmp_path / "kept"
    with Offline(folder) as offline:
        offline.terraform("init", chdir=stack)
        offline.terraform("apply", "-auto-approve", chdir=stack)
        assert offline.fake_cloud.resources["google_compute_network"]
        assert offline.bucket.store.names("anything-at-all") == ["default.tfstate"]
    shutil.rmtree(stack / ".terraform")
    with Offline(folder) as offline:
        offline.terraform("init", chdir=stack)
        plan = offline.terraform("plan", "-detailed-exitcode", chdir=stack, check=False)
        assert plan.returncode == 0, plan.stdout + plan.stderr


def test_session_serves_types_added_later(tmp_path: Path) -> None:
    stack = write(tmp_path, NETWORK)
    with Offline() as offline:
        offline.terraform("init", chdir=stack)
        offline.terraform("validate", chdir=stack)
        (stack / "more.tf").write_text('resource "google_pubsub_topic" "t" { name = "t" }')
        offline.terraform("validate", chdir=stack)
        (stack / "more.tf").write_text('resource "google_no_such_thing" "t" {}')
        with pytest.raises(TerraformError, match="google_no_such_thing"):
            offline.terraform("validate", chdir=stack)


def test_session_serves_types_of_the_state(tmp_path: Path) -> None:
    stack, folder = write(tmp_path / "stack", NETWORK), tmp_path / "kept"
    with Offline(folder) as offline:
        offline.terraform("init", chdir=stack)
        offline.terraform("apply", "-auto-approve", chdir=stack)
    shutil.rmtree(folder / "world")  # the state has it, the configuration and the cloud do not
    kept = NETWORK[: NETWORK.index("resource")]
    (stack / "main.tf").write_text(kept)
    with Offline(folder) as offline:
        offline.terraform("apply", "-auto-approve", chdir=stack)
        assert offline.terraform("state", "list", chdir=stack).stdout == ""


def test_session_serves_only_fixed_types(tmp_path: Path) -> None:
    stack = write(tmp_path, NETWORK)
    with Offline(types=["google_project_service"]) as offline:
        offline.terraform("init", chdir=stack)
        with pytest.raises(TerraformError, match="google_compute_network"):
            offline.terraform("validate", chdir=stack)


def test_terraform_reads_answers_from_stdin(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "terraform_data" "a" {}')
    with Offline(providers=()) as offline:
        offline.terraform("init", chdir=tmp_path)
        offline.terraform("apply", chdir=tmp_path, stdin="yes\n")
        with pytest.raises(TerraformError) as raised:
            offline.terraform("destroy", chdir=tmp_path)
    assert raised.value.returncode == 1
    assert "terraform destroy ended with 1" in str(raised.value)


def test_terraform_writes_output_to_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Offline(providers=()) as offline, log.open("w") as to:
        done = offline.terraform("version", chdir=tmp_path, log=to)
    assert done.stdout is None
    assert log.read_text().startswith("Terraform v1.")


def test_folder_belongs_to_one_process_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Offline(folder, providers=()), pytest.raises(SessionBusyError) as raised:
        Offline(folder, providers=()).__enter__()
    assert str(os.getpid()) in str(raised.value)
    with Offline(folder, providers=()):
        pass  # free again


def test_killed_session_releases_folder_and_processes(tmp_path: Path) -> None:
    program = (
        "import json, os, sys, pathlib\n"
        "from offline.terraform.session import Offline\n"
        "with Offline(pathlib.Path(sys.argv[1])) as session:\n"
        "    reattach = json.loads(session.environ()['TF_REATTACH_PROVIDERS'])\n"
        "    print(next(iter(reattach.values()))['Pid'], flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "kept")],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == -9
    decoy = int(done.stdout)
    for _ in range(600):
        if not running(decoy):
            break
        time.sleep(0.05)
    assert not running(decoy)
    with Offline(tmp_path / "kept", providers=()):
        pass


def running(pid: int) -> bool:
    """Whether a process is alive; a zombie that nobody has waited for is not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # gone since, or no /proc here
        return not Path("/proc/self").exists()
    return state != "Z"


def test_every_provider_is_served_under_its_full_name(tmp_path: Path) -> None:
    with Offline(providers=("google", "google-beta", "random")) as offline:
        reattach = json.loads(offline.environ(tmp_path)["TF_REATTACH_PROVIDERS"])
    assert sorted(reattach) == [
        "hashicorp/google",
        "hashicorp/google-beta",
        "hashicorp/random",
    ]


def test_start_loads_no_provider_and_no_large_package() -> None:
    """They load while Terraform starts, or not at all."""
    code = (
        "import sys, offline.terraform.command, offline.providers, offline.protocol.server;"
        "late = {'google.protobuf', 'googleapiclient', 'offline.engine.google',"
        " 'offline.random_provider.provider', 'offline.translation.found'};"
        "print(*late & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("\n", "")
