"""The Terraform JSON has the same bytes, however it is synthesized."""

from pathlib import Path

import pytest

from tests.bindings.project import ROOT, run


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
    process = run(["main.py"], env={"CDKTF_OUTDIR": str(outdir), "PYTHONHASHSEED": "0"})
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")
    files = synthesized(outdir)
    assert "stacks/prod/cdk.tf.json" in files
    return files


@pytest.mark.parametrize(
    "value",
    [pytest.param("stock", marks=pytest.mark.slow), "no-pipeline", "no-prepare,no-gc"],
)
def test_bytes_are_equal_when_features_are_off(
    reference: dict[str, bytes], tmp_path: Path, value: str
) -> None:
    process = run(["-O", "main.py"], env={"CDKTF_OUTDIR": str(tmp_path), "GRID_BINDINGS": value})
    assert (process.returncode, process.stderr) == (0, "")
    assert synthesized(tmp_path) == reference


def test_bytes_are_equal_in_another_folder_with_another_hash_seed(
    reference: dict[str, bytes], tmp_path: Path
) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    process = run(
        ["-O", str(ROOT / "main.py")],
        cwd=elsewhere,
        env={"CDKTF_OUTDIR": str(tmp_path / "out"), "PYTHONHASHSEED": "1"},
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert synthesized(tmp_path / "out") == reference
    assert list(elsewhere.iterdir()) == []


def test_output_contains_no_path_of_the_machine(reference: dict[str, bytes]) -> None:
    for name, content in reference.items():
        assert str(ROOT).encode() not in content, name
        assert str(Path.home()).encode() not in content, name


def test_stack_is_equal_when_no_other_is_synthesized(
    reference: dict[str, bytes], tmp_path: Path
) -> None:
    process = run(["main.py", "prod"], env={"CDKTF_OUTDIR": str(tmp_path)})
    assert process.returncode == 0
    files = synthesized(tmp_path)
    stacks = {name: content for name, content in files.items() if name.startswith("stacks/")}
    assert stacks == {
        name: content for name, content in reference.items() if name.startswith("stacks/prod/")
    }


def test_synth_succeeds_without_node_on_the_path(tmp_path: Path) -> None:
    process = run(["main.py", "dev"], env={"CDKTF_OUTDIR": str(tmp_path), "PATH": "/nonexistent"})
    assert (process.returncode, process.stderr) == (0, "")
