"""The overlay holds the modules in use, is built when needed, and can be turned off."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import bindings
from bindings import builder, manifest, node
from bindings.features import FEATURES, FeatureError, is_enabled
from bindings.packages import CORE
from tests.bindings.project import overlay_of, run, synth, write_import

ORIGIN = """
import bindings, importlib.util, os; bindings.activate()
print(importlib.util.find_spec(bindings.packages.PROVIDERS[0]).origin)
import jsii
print(type(jsii.kernel.provider).__module__)
"""


def test_overlay_is_built_for_new_imports(copy: Path) -> None:
    first = synth(copy)
    assert first.returncode == 0, first.stderr
    write_import(copy, "compute_ssl_policy", "ComputeSslPolicy")
    second = synth(copy)
    assert second.returncode == 0, second.stderr
    overlays = {Path(process.stdout.strip()).parents[2] for process in (first, second)}
    assert len(overlays) == 2
    assert {overlay.parent for overlay in overlays} == {copy / ".cache" / "bindings"}


def test_overlay_is_reused_when_imports_are_unchanged(built: Path) -> None:
    overlay = overlay_of(built)
    before = overlay.stat().st_mtime_ns
    assert run(["-m", "bindings"], cwd=built).stdout.strip() == str(overlay)
    assert overlay.stat().st_mtime_ns == before


def test_overlay_is_built_once_when_two_processes_start(project: Path) -> None:
    command = [sys.executable, "-m", "bindings"]
    processes = [
        subprocess.Popen(
            command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    results = [(*process.communicate(), process.returncode) for process in processes]
    overlay = overlay_of(project)
    assert results == [(f"{overlay}\n", "", 0)] * 2
    assert synth(project).returncode == 0


def test_overlay_is_built_when_python_is_older_than_3_11_4(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for owner, name in [(tarfile.TarInfo, "replace"), (tarfile, "data_filter")]:
        monkeypatch.delattr(owner, name, raising=False)
    builder.build(tmp_path / "overlay", {})
    assert (tmp_path / "overlay" / manifest.PACKAGES / "node_modules" / CORE).is_dir()


def test_overlay_holds_only_imported_modules() -> None:
    overlay = bindings.build()
    for provider, modules in bindings.imported_modules().items():
        folders = {file.parent.name for file in (overlay / provider).glob("*/__init__.py")}
        assert folders == {*modules, "_jsii"}


def test_whole_providers_load_when_the_cache_is_not_a_folder(project: Path) -> None:
    (project / ".cache").write_text("a file", encoding="utf-8")
    process = run(["-c", ORIGIN], cwd=project)
    assert process.returncode == 0
    assert "site-packages" in process.stdout
    assert process.stderr.startswith("bindings: loading the whole providers, slowly (")
    assert process.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("value", "origin", "kernel"),
    [
        ("", ".cache", "bindings.kernel"),
        ("no-pipeline", ".cache", "jsii._kernel.providers.process"),
        ("no-overlay", "site-packages", "jsii._kernel.providers.process"),
        ("stock", "site-packages", "jsii._kernel.providers.process"),
    ],
)
def test_variable_turns_features_off(built: Path, value: str, origin: str, kernel: str) -> None:
    process = run(["-c", ORIGIN], cwd=built, env={"GRID_BINDINGS": value})
    assert origin in process.stdout
    assert process.stdout.endswith(f"{kernel}\n")


def test_every_feature_is_off_when_the_variable_is_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_BINDINGS", "stock")
    assert not any(map(is_enabled, FEATURES))


@pytest.mark.parametrize("feature", FEATURES)
def test_feature_is_off_when_the_variable_names_it(
    monkeypatch: pytest.MonkeyPatch, feature: str
) -> None:
    monkeypatch.setenv("GRID_BINDINGS", f"no-{feature}")
    assert not is_enabled(feature)
    assert is_enabled("prepare" if feature == "gc" else "gc")


def test_unknown_feature_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_BINDINGS", "no-gc,no-overley")
    with pytest.raises(FeatureError, match=r"overley is not a feature; use stock, or any of no-"):
        is_enabled("gc")


def test_program_of_another_jsii_is_rejected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(node, "_EDITS", {"text of another version": ""})
    with pytest.raises(ValueError, match="does not contain text of another version once"):
        node.write_program(tmp_path / "runtime")
    assert list(tmp_path.iterdir()) == []
