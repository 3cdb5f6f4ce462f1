"""The overlay changes how fast the providers load, and nothing else."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

import pytest

import bindings

ROOT = Path(__file__).parent.parent


def run(
    code: list[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, with the environment of a first run."""
    given = {key: value for key, value in os.environ.items() if not key.startswith("JSII_")}
    given.pop("NODE_OPTIONS", None)
    given |= env or {}
    return subprocess.run(
        [sys.executable, *code], cwd=cwd, env=given, capture_output=True, text=True, check=False
    )


def synthesized(outdir: Path) -> dict[str, bytes]:
    """Return the files of an output folder by relative name."""
    return {
        str(file.relative_to(outdir)): file.read_bytes()
        for file in sorted(outdir.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files that `make synth` writes."""
    outdir = tmp_path_factory.mktemp("reference")
    done = run(["main.py"], env={"CDKTF_OUTDIR": str(outdir), "PYTHONHASHSEED": "0"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    files = synthesized(outdir)
    assert "stacks/prod/cdk.tf.json" in files
    return files


@pytest.mark.slow
def test_same_bytes_with_the_whole_providers(reference: dict[str, bytes], tmp_path: Path) -> None:
    done = run(["main.py"], env={"CDKTF_OUTDIR": str(tmp_path), "GRID_BINDINGS": "stock"})
    assert (done.returncode, done.stderr) == (0, "")
    assert synthesized(tmp_path) == reference


def test_same_bytes_in_another_folder_optimized_and_with_another_hash_seed(
    reference: dict[str, bytes], tmp_path: Path
) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    done = run(
        ["-O", str(ROOT / "main.py")],
        cwd=elsewhere,
        env={"CDKTF_OUTDIR": str(tmp_path / "out"), "PYTHONHASHSEED": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert synthesized(tmp_path / "out") == reference
    assert list(elsewhere.iterdir()) == []


def test_no_path_of_the_machine_is_written(reference: dict[str, bytes]) -> None:
    for name, content in reference.items():
        assert str(ROOT).encode() not in content, name
        assert str(Path.home()).encode() not in content, name


def test_one_environment_alone_is_the_same(reference: dict[str, bytes], tmp_path: Path) -> None:
    done = run(["main.py", "prod"], env={"CDKTF_OUTDIR": str(tmp_path)})
    assert done.returncode == 0
    files = synthesized(tmp_path)
    stacks = {name: content for name, content in files.items() if name.startswith("stacks/")}
    assert stacks == {
        name: content for name, content in reference.items() if name.startswith("stacks/prod/")
    }


def test_the_bundled_node_needs_none_on_the_path(tmp_path: Path) -> None:
    done = run(["main.py", "dev"], env={"CDKTF_OUTDIR": str(tmp_path), "PATH": "/nonexistent"})
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Provide a project of one construct file beside bindings/, with a cache of its own."""
    return write_project(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Such a project and its overlay, for tests that build none."""
    project = write_project(tmp_path_factory.mktemp("built"))
    run(["-m", "bindings"], cwd=project)
    return project, overlay_of(project)


def overlay_of(project: Path) -> Path:
    [overlay] = (project / ".cache" / "bindings").glob("[!.]*")
    return overlay


def write_project(folder: Path) -> Path:
    shutil.copytree(ROOT / "bindings", folder / "bindings")
    (folder / "stacks").mkdir()
    (folder / "constructs").mkdir()
    write_import(folder, "compute_network", "ComputeNetwork")
    return folder


def write_import(project: Path, module: str, name: str) -> None:
    """Let the project's construct import this and make one."""
    (project / "constructs" / "room.py").write_text(
        f"from cdktf_cdktf_provider_google.{module} import {name}\n\nMade = {name}\n",
        encoding="utf-8",
    )


MAKE_ONE = """
import bindings; bindings.activate()
import cdktf, sys
from constructs.room import Made
stack = cdktf.TerraformStack(cdktf.App(outdir=sys.argv[1]), "one")
Made(stack, "main", name="main")
print(sys.modules[Made.__module__].__file__)
"""


def test_an_overlay_is_built_for_new_imports(built: tuple[Path, Path], tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(built[0], project, symlinks=True)
    first = run(["-c", MAKE_ONE, "out"], cwd=project)
    assert first.returncode == 0, first.stderr
    write_import(project, "compute_ssl_policy", "ComputeSslPolicy")
    second = run(["-c", MAKE_ONE, "out"], cwd=project)
    assert second.returncode == 0, second.stderr
    overlays = {Path(done.stdout.strip()).parents[2] for done in (first, second)}
    assert len(overlays) == 2
    assert {overlay.parent for overlay in overlays} == {project / ".cache" / "bindings"}


def test_an_overlay_that_fits_is_used_again(built: tuple[Path, Path]) -> None:
    project, overlay = built
    before = overlay.stat().st_mtime_ns
    assert run(["-m", "bindings"], cwd=project).stdout.strip() == str(overlay)
    assert overlay.stat().st_mtime_ns == before


def test_several_processes_may_start_at_once(project: Path) -> None:
    command = [sys.executable, "-m", "bindings"]
    started = [
        subprocess.Popen(
            command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    finished = [(*process.communicate(), process.returncode) for process in started]
    overlay = overlay_of(project)
    assert finished == [(f"{overlay}\n", "", 0)] * 2
    assert run(["-c", MAKE_ONE, "out"], cwd=project).returncode == 0


WHERE = """
import bindings, importlib.util, os; bindings.activate()
print(importlib.util.find_spec("cdktf_cdktf_provider_google").origin)
import jsii
print(type(jsii.kernel.provider).__module__)
"""


def test_a_variable_turns_it_off(built: tuple[Path, Path]) -> None:
    project, _ = built
    on, off = (
        run(["-c", WHERE], cwd=project),
        run(["-c", WHERE], cwd=project, env={"GRID_BINDINGS": "stock"}),
    )
    assert str(project / ".cache") in on.stdout
    assert on.stdout.endswith("bindings.kernel\n")
    assert "site-packages" in off.stdout
    assert off.stdout.endswith("jsii._kernel.providers.process\n")


def test_without_an_overlay_it_says_so_and_goes_on(project: Path) -> None:
    (project / ".cache").write_text("a file where the cache would be", encoding="utf-8")
    done = run(["-c", WHERE], cwd=project)
    assert done.returncode == 0
    assert "site-packages" in done.stdout
    assert done.stderr.startswith("bindings: loading the whole providers, slowly (")
    assert done.stderr.count("\n") == 1


def test_an_unknown_module_is_named(project: Path) -> None:
    write_import(project, "compute_netwrok", "ComputeNetwork")
    done = run(["-m", "bindings"], cwd=project)
    assert done.returncode != 0
    assert "cdktf_cdktf_provider_google has no module compute_netwrok" in done.stderr


def test_the_overlay_holds_only_what_is_imported() -> None:
    overlay = bindings.build()
    for provider, modules in bindings.imported_modules().items():
        folders = {file.parent.name for file in (overlay / provider).glob("*/__init__.py")}
        assert folders == {*modules, "_jsii"}


def test_importing_a_provider_whole_says_what_to_do() -> None:
    code = (
        "import bindings; bindings.activate()\n"
        "from cdktf_cdktf_provider_google import compute_network_peering"
    )
    done = run(["-c", code])
    assert "import compute_network_peering from its module" in done.stderr


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Provide a program in JavaScript, in the place of jsii's."""
    runtime = bindings.build() / "runtime" / "bin" / "runtime.js"
    program = tmp_path / "lib" / "program.js"
    program.parent.mkdir()
    program.write_text("console.log('seen');\n", encoding="utf-8")
    (tmp_path / "bin").mkdir()
    shutil.copy(runtime, tmp_path / "bin")
    return program


def run_program(program: Path) -> tuple[str, str]:
    runtime = program.parents[1] / "bin" / "runtime.js"
    done = subprocess.run(
        [os.environ["JSII_NODE"], str(runtime)], capture_output=True, text=True, check=True
    )
    return done.stdout, done.stderr


def test_javascript_output_reaches_standard_error(program: Path) -> None:
    stdout, stderr = run_program(program)
    assert stdout == ""
    assert json.loads(stderr) == {"stdout": "c2Vlbgo="}


def test_what_was_compiled_is_kept_and_replaced_where_it_does_not_fit(program: Path) -> None:
    first = run_program(program)
    [compiled] = program.parent.glob("program.js.*")
    fits = compiled.stat().st_mtime_ns
    assert run_program(program) == first
    assert compiled.stat().st_mtime_ns == fits
    compiled.write_bytes(b"of another Node")
    assert run_program(program) == first
    assert compiled.read_bytes() != b"of another Node"
    assert list(program.parent.glob("program.js.*")) == [compiled]


def test_what_packs_folders_is_loaded_when_it_is_called(program: Path) -> None:
    packer = program.parents[1] / "node_modules" / "archiver" / "index.js"
    packer.parent.mkdir(parents=True)
    packer.write_text("console.log('loaded');\nmodule.exports = console.log;\n", encoding="utf-8")
    program.write_text(
        "const pack = require('archiver');\nconsole.log('started');\npack('zip');\n",
        encoding="utf-8",
    )
    said = [json.loads(line)["stdout"] for line in run_program(program)[1].splitlines()]
    assert [b64decode(one) for one in said] == [b"started\n", b"loaded\n", b"zip\n"]


def _truncate(overlay: Path, name: str) -> None:
    os.truncate(overlay / name, (overlay / name).stat().st_size // 2)


def _empty(overlay: Path, name: str) -> None:
    (overlay / name).write_bytes(b"")


def _garble(overlay: Path, name: str) -> None:
    content = bytearray((overlay / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (overlay / name).write_bytes(content)


def _delete(overlay: Path, name: str) -> None:
    (overlay / name).unlink()


def _replace_with_dangling_link(overlay: Path, name: str) -> None:
    (overlay / name).unlink()
    (overlay / name).symlink_to("nowhere")


FILES = (
    "cdktf/__init__.py",
    "cdktf/_jsii/cdktf@0.21.0.jsii.tgz",
    "cdktf_cdktf_provider_google/__init__.py",
    "cdktf_cdktf_provider_google/compute_network/__init__.py",
    "cdktf_cdktf_provider_google/_jsii/provider-google@16.12.1.jsii.tgz",
    "runtime/bin/runtime.js",
    "runtime/lib/program.js",
    "assemblies.json",
    "manifest.json",
)
DAMAGE = (_truncate, _empty, _garble, _delete, _replace_with_dangling_link)


@pytest.mark.parametrize("name", FILES)
def test_overlay_with_a_damaged_file_is_built_again(
    built: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    project = tmp_path / "project"
    shutil.copytree(built[0], project, symlinks=True)
    overlay = project / ".cache" / "bindings" / built[1].name
    whole = (overlay / name).stat().st_size
    for damage in DAMAGE:
        damage(overlay, name)
        repaired = run(["-m", "bindings"], cwd=project)
        assert (repaired.returncode, repaired.stderr) == (0, ""), damage
        # The manifest has times, and so another length where a time has fewer digits.
        assert name == "manifest.json" or (overlay / name).stat().st_size == whole, damage
    assert run(["-c", MAKE_ONE, "out"], cwd=project).returncode == 0


@pytest.mark.parametrize("kind", ["a file", "an empty folder", "a dangling link"])
def test_something_else_in_the_place_of_the_overlay_is_replaced(
    built: tuple[Path, Path], tmp_path: Path, kind: str
) -> None:
    project = tmp_path / "project"
    shutil.copytree(built[0], project, symlinks=True)
    overlay = project / ".cache" / "bindings" / built[1].name
    shutil.rmtree(overlay)
    if kind == "a file":
        overlay.write_text("not a folder")
    elif kind == "an empty folder":
        overlay.mkdir()
    else:
        overlay.symlink_to("nowhere")
    done = run(["-c", MAKE_ONE, "out"], cwd=project)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("file", "statement"),
    [
        ("extras.py", "from cdktf_cdktf_provider_google.pubsub_topic import PubsubTopic"),
        ("teams/one/topics.py", "import cdktf_cdktf_provider_google.pubsub_topic as topics"),
        ("teams/two.py", "import os, cdktf_cdktf_provider_google.pubsub_topic"),
        (
            "teams/three.py",
            "from importlib import import_module as load\n"
            'load("cdktf_cdktf_provider_google.pubsub_topic")',
        ),
    ],
)
def test_provider_import_of_a_team_s_own_module_works(
    project: Path, file: str, statement: str
) -> None:
    module = project / file
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(f"{statement}\n", encoding="utf-8")
    code = "import bindings; bindings.activate()\nimport " + file[:-3].replace("/", ".")
    done = run(["-c", code], cwd=project)
    assert (done.returncode, done.stderr) == (0, "")


def test_module_that_no_file_imports_is_explained(built: tuple[Path, Path]) -> None:
    code = (
        "import bindings; bindings.activate()\n"
        "name = 'cdktf_cdktf_provider_google.' + 'pubsub_topic'\n"
        "import importlib; importlib.import_module(name)"
    )
    done = run(["-c", code], cwd=built[0])
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "ImportError: cdktf_cdktf_provider_google.pubsub_topic is not loaded" in last
    assert "GRID_BINDINGS=stock" in last


def test_synth_that_is_interrupted_is_one_line_and_130(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "main.py")]
    environment = {**os.environ, "CDKTF_OUTDIR": str(tmp_path / "out")}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not (tmp_path / "out").exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode in (0, 130)
    assert "Traceback" not in errors


def test_home_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    done = run(["main.py", "dev"], env={"CDKTF_OUTDIR": str(tmp_path / "out"), "HOME": str(home)})
    assert (done.returncode, done.stderr) == (0, "")
