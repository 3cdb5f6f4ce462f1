"""`python -m offline`, as its user runs it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from command_line import FORMAT, NETWORK, Cli, command_line, environment, process

from offline.__main__ import main


@pytest.fixture
def offline(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    return command_line(capfd, monkeypatch, tmp_path)


def test_terraform_command_keeps_streams_and_exit_code(tmp_path: Path, offline: Cli) -> None:
    terraform = ("terraform", f"-chdir={environment(tmp_path)}")
    env = {"TF_VAR_key": "x"}
    assert offline(*terraform, "init").returncode == 0
    planned = offline(*terraform, "plan", "-detailed-exitcode", env=env)
    assert planned.returncode == 2, planned.stderr
    assert "2 to add" in planned.stdout
    for answer, code in (("no", 1), ("yes", 0)):
        with process(*terraform, "apply", cwd=tmp_path) as running:
            output, _ = running.communicate(f"{answer}\n")
        assert running.returncode == code
        assert ("Apply cancelled" in output) == (answer == "no")
    assert f"google_compute_network\t{NETWORK}" in offline("world").stdout.splitlines()
    wrong = offline(*terraform, "plan", "-nonsense")
    assert (wrong.returncode, "-nonsense" in wrong.stderr) == (1, True)
    assert "Usage: terraform" in offline("terraform", "-help").stdout


def test_world_option_and_variable_choose_the_folder(tmp_path: Path, offline: Cli) -> None:
    stack = environment(tmp_path)
    other, third = tmp_path / "other", tmp_path / "third"
    args = ("terraform", f"-chdir={stack}", "init")
    assert offline("--world", str(other), *args).returncode == 0
    assert (other / "bucket" / "states").is_dir()
    env = {"OFFLINE_WORLD": str(third)}
    assert offline(*args, "-reconfigure", env=env).returncode == 0
    assert (third / "bucket" / "states").is_dir()
    assert not (tmp_path / ".cache").exists()


@pytest.mark.parametrize(
    ("args", "what", "where"),
    [
        (
            ("world", "drift", "google_x", "id", "a=1"),
            "Resource google_x id does not exist",
            "world drift",
        ),
        (
            ("world", "drift", "google_x", "id", "a"),
            "A change has no key or no value",
            "world drift",
        ),
        (("nonsense",), "Argument COMMAND is invalid", ""),
        ((), "The following arguments are required", ""),
        (("serve", "--port", "99999"), "Argument --port: 99999 is not a port", "serve"),
        (("terraform", "--provider", "x", "plan"), "Argument --provider is invalid", "terraform"),
        (("coverage", "--nope"), "Unrecognized arguments: --nope", "coverage"),
        (("coverage", "google_x"), "Type google_x does not exist", "coverage"),
        (("rules", "google_x"), "Type google_x does not exist", "rules"),
        (("compare", "absent"), "Directory absent does not exist", "compare"),
        (("serve", "--data-dir", "file"), "Path file cannot be used", "serve"),
        (
            ("terraform", "--mirror=absent", "plan"),
            "Folder absent does not exist",
            "terraform",
        ),
    ],
)
def test_wrong_usage_exits_with_2(
    offline: Cli, args: tuple[str, ...], what: str, where: str
) -> None:
    Path("file").touch()
    done = offline(*args)
    assert done.returncode == 2
    assert FORMAT.fullmatch(done.stderr)
    first, second = done.stderr.splitlines()[:2]
    assert first.startswith(f"Error: {what}")
    assert second == f"  --> offline {where}".rstrip()


NETWORK_OF = ("google_compute_network", "name=n", "project=p-one")


@pytest.mark.parametrize("command", [("world",), ("world", "add", *NETWORK_OF)])
@pytest.mark.parametrize("content", [b"{bad", b"\xff\xfe", b'{"format": 0}'])
def test_unreadable_world_is_an_error(
    tmp_path: Path, offline: Cli, command: tuple[str, ...], content: bytes
) -> None:
    file = tmp_path / "broken" / "world" / "world.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    done = offline("--world", str(tmp_path / "broken"), *command)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: File {file} ")
    assert FORMAT.fullmatch(done.stderr)
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    "command", [("world", "add", *NETWORK_OF), ("world", "clear"), ("terraform", "version")]
)
def test_folder_that_cannot_be_used_is_an_error(
    tmp_path: Path, offline: Cli, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    done = offline("--world", str(tmp_path / "file"), *command)
    assert done.returncode == 2
    assert FORMAT.fullmatch(done.stderr)
    assert "cannot be used\n  --> offline " in done.stderr
    assert "\n  File exists\n" in done.stderr


def test_closed_output_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert main(["rules", "google_pubsub_topic"]) == 0


def test_coverage_and_its_alias_have_own_options(offline: Cli) -> None:
    done = offline("fidelity", "google_compute_network", "--json")
    assert done.returncode == 0
    assert "google_compute_network" in done.stdout


def test_missing_terraform_is_an_error(tmp_path: Path, offline: Cli) -> None:
    env = {"OFFLINE_TERRAFORM": str(tmp_path / "absent")}
    done = offline("terraform", "version", env=env)
    assert (done.returncode, bool(FORMAT.fullmatch(done.stderr))) == (2, True)


def test_drift_of_unknown_attribute_is_an_error(tmp_path: Path, offline: Cli) -> None:
    stack = environment(tmp_path)
    given = {"TF_VAR_key": "x"}
    assert offline("terraform", f"-chdir={stack}", "init").returncode == 0
    apply = ("terraform", f"-chdir={stack}", "apply", "-auto-approve")
    assert offline(*apply, env=given).returncode == 0
    args = ("world", "drift", "google_compute_network", NETWORK, "routing=GLOBAL")
    done = offline(*args)
    assert done.returncode == 2
    assert "has no attribute routing\n" in done.stderr
    assert "routing_mode" in done.stderr


def test_interrupted_command_exits_as_terraform_and_releases_the_folder(
    tmp_path: Path, offline: Cli
) -> None:
    started = tmp_path / "started"
    (tmp_path / "main.tf").write_text(
        'resource "terraform_data" "a" {\n  provisioner "local-exec" {\n'
        f'    command = "touch {started}; exec sleep 600"\n  }}\n}}\n'
    )
    assert offline("terraform", "init").returncode == 0
    apply = ("terraform", "apply", "-auto-approve")
    with process(*apply, cwd=tmp_path, start_new_session=True) as running:
        while not started.exists():
            assert running.poll() is None
            time.sleep(0.05)
        busy = offline("terraform", "version")
        assert (busy.returncode, f"process {running.pid}" in busy.stderr) == (2, True)
        os.killpg(running.pid, signal.SIGINT)  # what ctrl-C in a terminal does
        output, _ = running.communicate()
    assert running.returncode == 1
    assert "Interrupt received" in output
    assert offline("terraform", "state", "list").stdout == "terraform_data.a\n"
