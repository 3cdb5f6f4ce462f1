"""A damaged overlay is noticed, and built again."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bindings import manifest
from bindings.packages import CORE
from tests.bindings.project import overlay_of, run, synth


def truncate(file: Path) -> None:
    """Keep the first half."""
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    """Keep nothing."""
    os.truncate(file, 0)


def garble(file: Path) -> None:
    """Invert one byte."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def link_to_nothing(file: Path) -> None:
    """Replace it with a dangling link."""
    file.unlink()
    file.symlink_to("nowhere")


FILES = (
    "cdktf/__init__.py",
    "cdktf/_jsii/cdktf@0.21.0.jsii.tgz",
    "cdktf/__pycache__/__init__.cpython-3.pyc",
    "runtime/lib/program.js",
    "assemblies.json",
    "packages/manifest.json",
    "manifest.json",
)
PACKAGE_FILE = "packages/node_modules/cdktf/lib/app.js"
DAMAGES = (truncate, empty, garble, link_to_nothing, Path.unlink)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """Provide a small overlay with a file of each kind."""
    for name in (*FILES[:-2], PACKAGE_FILE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\0" * 16 + b"N content of " + name.encode())
    manifest.write(tmp_path)
    assert manifest.is_complete(tmp_path)
    assert manifest.is_intact(tmp_path)
    return tmp_path


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [*FILES, PACKAGE_FILE])
def test_overlay_is_not_intact_when_a_file_is_damaged(
    overlay: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(overlay / name)
    assert not manifest.is_intact(overlay)


@pytest.mark.parametrize("damage", [truncate, empty, link_to_nothing, Path.unlink])
@pytest.mark.parametrize("name", FILES)
def test_overlay_is_not_complete_when_a_file_has_another_size(
    overlay: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(overlay / name)
    assert not manifest.is_complete(overlay)


def test_overlay_is_not_intact_when_later_bytecode_is_truncated(overlay: Path) -> None:
    (overlay / "later.pyc").write_bytes(b"\0" * 16 + b"s\xff")
    assert manifest.is_complete(overlay)
    assert not manifest.is_intact(overlay)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"a": 1}', '{"a": [1', '{"a": [1, 2, 3]}'])
def test_overlay_is_not_complete_when_the_manifest_is_not_one(overlay: Path, text: str) -> None:
    (overlay / "manifest.json").write_text(text, encoding="utf-8")
    assert not manifest.is_complete(overlay) or text == "[]"
    assert not manifest.is_intact(overlay)


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        (f"{CORE}/__init__.py", truncate),
        (f"{CORE}/__pycache__/__init__.*[0-9][0-9].pyc", truncate),
        ("runtime/lib/program.js", garble),
        (f"packages/node_modules/{CORE}/lib/app.js", truncate),
        (f"packages/node_modules/@{CORE}/provider-google/.jsii", empty),
    ],
)
def test_synth_succeeds_when_the_overlay_is_damaged(
    copy: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    synth(copy)
    [file] = overlay_of(copy).glob(pattern)
    damage(file)
    process = synth(copy)
    assert process.returncode == 0, process.stderr
    assert "Traceback" not in process.stderr
    assert synth(copy).stderr == ""


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_overlay_is_built_when_something_else_is_in_its_place(copy: Path, kind: str) -> None:
    overlay = overlay_of(copy)
    shutil.rmtree(overlay)
    if kind == "file":
        overlay.write_text("not a folder", encoding="utf-8")
    elif kind == "folder":
        overlay.mkdir()
    else:
        overlay.symlink_to("nowhere")
    process = run(["-m", "bindings"], cwd=copy)
    assert (process.returncode, process.stdout, process.stderr) == (0, f"{overlay}\n", "")


def test_content_is_checked_by_the_command(copy: Path) -> None:
    program = overlay_of(copy) / "runtime" / "lib" / "program.js"
    content = program.read_bytes()
    garble(program)
    assert run(["-m", "bindings"], cwd=copy).returncode == 0
    assert program.read_bytes() == content
