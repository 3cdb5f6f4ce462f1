"""The command line itself."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from operations import cli
from operations.commands import COMMANDS, GROUPS, module
from operations.core.runtime import ENDPOINT, Runtime, prompt

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"googleapiclient", "google.auth", "jsii", "cdktf", "pydantic", "rich", "requests"}


def loaded_by(*arguments: str) -> set[str]:
    """Return the modules that `grid` has imported when it ends."""
    code = (
        "import sys; from operations.cli import main; main(sys.argv[1:]);"
        "print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_loads_no_heavy_module() -> None:
    loaded = loaded_by("--help")
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith("operations.commands.")} == set()
    assert len(loaded) < 300


def test_command_help_does_not_load_jsii() -> None:
    loaded = loaded_by("status", "--help")
    assert {"jsii", "cdktf", "constructs", "googleapiclient.discovery"} & loaded == set()
    assert "operations.commands.status" in loaded


def test_help_lists_every_command_module(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []
    there = {file.stem for file in (ROOT / "operations" / "commands").glob("[a-z]*.py")}
    assert {module(name).rpartition(".")[2] for name in COMMANDS} == there


def test_misspelled_command_gets_suggestion(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["statu", "prod"]) == 2
    assert "Did you mean 'status'?" in capsys.readouterr().err


def test_grid_script_runs_from_any_folder_and_symlink(tmp_path: Path) -> None:
    (tmp_path / "grid").symlink_to(ROOT / "grid")
    command = [str(tmp_path / "grid"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Operate an applied environment" in done.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ro"], ["rollback"]),
        (["status", "pr"], ["preview", "prod"]),
        (["deploy", "prod", "--im"], ["--image"]),
        (["gateway", ""], ["deploy"]),
    ],
)
def test_completion_script_completes_commands_environments_and_options(
    words: list[str], expected: list[str], tmp_path: Path
) -> None:
    for name in ("prod", "preview", "dev"):
        (tmp_path / "stacks" / name).mkdir(parents=True)
        (tmp_path / "stacks" / name / "cdk.tf.json").touch()
    script = (
        'source <("$1" --show-completion); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
        'IFS=" "; _grid_completion "$1"; echo "${COMPREPLY[*]}"'
    )
    environ = {**os.environ, "CDKTF_OUTDIR": str(tmp_path)}
    command = ["bash", "-c", script, "bash", str(ROOT / "grid"), *words]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == expected


@pytest.mark.parametrize("given", ["", "..", "../../prod"])
def test_environment_name_rejects_paths(
    given: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    runtime = Runtime(folder=tmp_path / "grid")
    assert cli.main(["migrate", given], runtime) == 2
    assert f"'{given}' is not the name of an environment" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_help_has_a_line_for_each_command_below_its_task(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for title, group in GROUPS.items():
        begin = lines.index(f"{title}:") + 1
        rows = [line.split(maxsplit=1) for line in lines[begin : begin + len(group)]]
        assert rows == [[name, entry.summary] for name, entry in group.items()]


def test_prompt_is_printed_to_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("prod\n"))
    assert [prompt("Sure? "), prompt("Really? ")] == ["prod", ""]
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "Sure? Really? ")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("command", "code"), [("journal dev", 0), ("status nowhere", 2)])
def test_closed_streams_change_no_exit_code(
    tmp_path: Path, closed: str, command: str, code: int
) -> None:
    environ = {**os.environ, "GRID_FOLDER": str(tmp_path)}
    shell = ["bash", "-c", f"{ROOT}/grid {command} --json {closed}"]
    done = subprocess.run(shell, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_missing_credentials_are_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from operations.core.errors import UsageError
    from operations.core.google_apis import GoogleApis

    monkeypatch.delenv(ENDPOINT, raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(UsageError, match="no Google credentials"):
        _ = GoogleApis(Runtime()).transport


def test_grid_before_the_installation_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "grid").write_bytes((ROOT / "grid").read_bytes())
    (tmp_path / "grid").chmod(0o755)
    result = subprocess.run(
        [str(tmp_path / "grid"), "--help"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr == (
        f"grid: the packages are not installed; run: make -C {tmp_path} install-runtime\n"
    )
