"""The entry point runtime.js, with another program in the place of jsii's."""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest

import bindings


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Provide a program in JavaScript."""
    runtime = bindings.build() / "runtime" / "bin" / "runtime.js"
    program = tmp_path / "runtime" / "lib" / "program.js"
    program.parent.mkdir(parents=True)
    program.write_text("console.log('started');\n", encoding="utf-8")
    (tmp_path / "runtime" / "bin").mkdir()
    shutil.copy(runtime, tmp_path / "runtime" / "bin")
    return program


def run_program(program: Path) -> tuple[str, list[bytes]]:
    """Run a program; return its standard output, and what it printed as jsii's Python gets it."""
    process = subprocess.run(
        [os.environ["JSII_NODE"], str(program.parents[1] / "bin" / "runtime.js")],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line)["stdout"] for line in process.stderr.splitlines()]
    return process.stdout, [b64decode(line) for line in lines]


def test_javascript_output_reaches_standard_error(program: Path) -> None:
    assert run_program(program) == ("", [b"started\n"])


def test_compiled_code_is_reused(program: Path) -> None:
    run_program(program)
    [compiled] = [file for file in (program.parents[1] / "compiled").rglob("*") if file.is_file()]
    before = compiled.stat().st_mtime_ns
    run_program(program)
    assert compiled.stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"of another Node"])
def test_compiled_code_is_ignored_when_it_is_damaged(program: Path, content: bytes) -> None:
    run_program(program)
    [compiled] = [file for file in (program.parents[1] / "compiled").rglob("*") if file.is_file()]
    compiled.write_bytes(content)
    assert run_program(program) == ("", [b"started\n"])


def test_program_runs_when_compiled_code_cannot_be_written(program: Path) -> None:
    (program.parents[1] / "compiled").write_text("not a folder", encoding="utf-8")
    assert run_program(program) == ("", [b"started\n"])


def test_archiver_is_loaded_when_it_is_called(program: Path) -> None:
    archiver = program.parents[1] / "node_modules" / "archiver" / "index.js"
    archiver.parent.mkdir(parents=True)
    archiver.write_text("console.log('loaded');\nmodule.exports = console.log;\n", encoding="utf-8")
    program.write_text(
        "const archive = require('archiver');\nconsole.log('started');\narchive('zip');\n",
        encoding="utf-8",
    )
    assert run_program(program)[1] == [b"started\n", b"loaded\n", b"zip\n"]


@pytest.mark.parametrize("name", ["cdk.tf.json", "cdk.tf.txt"])
def test_file_is_written(program: Path, name: str) -> None:
    file = program.with_name(name)
    program.write_text(
        f"require('fs').writeFileSync({json.dumps(str(file))}, '{{}}', 'utf-8');\n",
        encoding="utf-8",
    )
    run_program(program)
    assert file.read_text(encoding="utf-8") == "{}"
    assert sorted(entry.name for entry in file.parent.iterdir()) == sorted([name, "program.js"])


def test_part_of_a_file_is_removed_when_it_cannot_be_written(program: Path) -> None:
    (file := program.with_name("cdk.tf.json")).mkdir()
    program.write_text(
        f"""
try {{
  require('fs').writeFileSync({json.dumps(str(file))}, '{{}}');
}} catch (error) {{
  console.log(error.code);
}}
""",
        encoding="utf-8",
    )
    assert run_program(program)[1] == [b"EISDIR\n"]
    assert sorted(entry.name for entry in file.parent.iterdir()) == ["cdk.tf.json", "program.js"]
