"""A machine that prevents the synthesis gets one line, and no traceback."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bindings import failures
from tests.bindings.project import ROOT, overlay_of, run, synth

NODE_ERROR = "Error: ENOSPC: no space left on device, open '/out/cdk.tf.json'\n    at synth"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            OSError(errno.EROFS, "Read-only file system", "/out/synthesized.json"),
            "Error: Read-only file system: /out/synthesized.json",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "Error: No space left on device"),
        (
            RuntimeError(NODE_ERROR),
            "Error: ENOSPC: no space left on device, open '/out/cdk.tf.json'",
        ),
        (
            RuntimeError("Cannot use the jsii package cache in /home: EROFS. Fix it"),
            "Error: Cannot use the jsii package cache in /home: EROFS. Fix it",
        ),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "Error: Node exited; its output is above"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "x"), None),
        (RuntimeError("There is already a Construct with name 'x'"), None),
        (KeyError("pubsub"), None),
    ],
)
def test_error_of_the_machine_is_one_line(error: Exception, line: str | None) -> None:
    assert failures.describe(error) == line


def test_other_error_keeps_its_traceback(built: Path) -> None:
    process = run(["-c", "import bindings.startup\nraise KeyError('pubsub')"], cwd=built)
    assert process.returncode == 1
    assert process.stderr.startswith("Traceback (most recent call last):")
    assert process.stderr.endswith("KeyError: 'pubsub'\n")


def test_unknown_feature_is_one_line_and_exit_code_2(built: Path) -> None:
    process = synth(built, GRID_BINDINGS="fast")
    assert process.returncode == 2
    assert process.stderr.startswith("Error: GRID_BINDINGS=fast is invalid: ")
    assert process.stderr.count("\n") == 1


@pytest.mark.parametrize("moment", ["start", "synth"])
def test_interrupted_synth_is_one_line(tmp_path: Path, moment: str) -> None:
    command = [sys.executable, str(ROOT / "main.py"), "dev"]
    environment = {**os.environ, "CDKTF_OUTDIR": str(tmp_path / "out")}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        if moment == "start":
            time.sleep(0.3)
        while moment == "synth" and not (tmp_path / "out").exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate()
    assert (process.returncode, errors) in [
        (-signal.SIGINT, "Error: Interrupted. Run the command again\n"),
        (0, ""),  # it was done
    ]
    assert [file for file in tmp_path.rglob("*.json.*") if file.is_file()] == []


def test_interrupted_installation_is_one_line(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt"):
        (tmp_path / name).touch()
    for name in ("facts", "offline"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").touch()
    (python := tmp_path / "python").write_text(
        '#!/bin/sh\n[ "$1" = -c ] || { : > started; exec sleep 60; }\n', encoding="utf-8"
    )
    python.chmod(0o755)
    # Where the tests run in the background, they ignore the signal, and so would make.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        ["make", "install", f"PYTHON={python}"],  # noqa: S607
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        signal.signal(signal.SIGINT, before)
        while not (tmp_path / "started").exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode != 0
    assert errors.splitlines()[1] == "make: Installation interrupted; run make again"
    assert not (tmp_path / ".venv" / ".installed").exists()


def test_unwritable_cache_is_one_line_of_the_command(project: Path) -> None:
    (project / ".cache").write_text("not a folder", encoding="utf-8")
    process = run(["-m", "bindings"], cwd=project)
    assert process.returncode == 1
    assert process.stderr.startswith("Error: The overlay cannot be built: ")
    assert process.stderr.count("\n") == 1


def test_unwritable_home_does_not_matter(built: Path, tmp_path: Path) -> None:
    (home := tmp_path / "home").write_text("not a folder", encoding="utf-8")
    for mode in ("", "no-pipeline"):
        process = synth(built, HOME=str(home), GRID_BINDINGS=mode)
        assert (process.returncode, process.stderr) == (0, "")


def test_unwritable_output_is_one_line(built: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("/proc/1/cannot-be-created")
    process = run(["synth.py", str(tmp_path / "out")], cwd=built)
    assert process.returncode == 1
    assert process.stderr.count("\n") == 1, process.stderr


def mount(*arguments: str) -> None:
    """Mount something, or skip the test where that needs a permission."""
    program = shutil.which("mount")
    if not program or os.geteuid() != 0:
        pytest.skip("needs root")
    process = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if process.returncode:
        pytest.skip(f"cannot mount: {process.stderr.strip()}")


def unmount(folder: Path) -> None:
    """Unmount a folder."""
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607


def test_full_disk_is_one_line_and_leaves_no_file(built: Path, tmp_path: Path) -> None:
    (out := tmp_path / "out").mkdir()
    mount("-t", "tmpfs", "-o", "size=8k", "tmpfs", str(out))
    try:
        (out / "filler").write_bytes(bytes(8192))
        process = run(["synth.py", str(out)], cwd=built)
        assert process.returncode == 1
        assert process.stderr.startswith("Error: ENOSPC: no space left on device")
        assert process.stderr.count("\n") == 1
        assert [file.name for file in out.rglob("*") if file.is_file()] == ["filler"]
    finally:
        unmount(out)


def test_read_only_project_synthesizes_with_its_overlay(copy: Path, tmp_path: Path) -> None:
    mount("--bind", str(copy), str(copy))
    try:
        mount("-o", "remount,ro,bind", str(copy))
        process = run(["synth.py", str(tmp_path / "out")], cwd=copy)
        assert (process.returncode, process.stderr) == (0, "")
        assert str(overlay_of(copy)) in process.stdout
    finally:
        unmount(copy)
