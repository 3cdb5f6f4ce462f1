"""`python -m environments` and `python main.py`: what they print, and how they end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from environments import __main__ as command
from environments.json_schema import json_schema
from tests.environments.samples import PROJECT, Changes, changed, content, write
from tests.template import ENVIRONMENTS, ROOT


def _run(*arguments: str, **variables: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **{name: str(value) for name, value in variables.items()}},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_check_prints_one_line_for_each_valid_file() -> None:
    run = _run("-m", "environments", "check", GRID_ENVIRONMENTS=ENVIRONMENTS)
    assert run.returncode == 0
    warnings = [line for line in run.stderr.splitlines() if line.startswith("Warning:")]
    assert warnings == ["Warning: monitoring.pagerduty_channel is invalid"]
    assert [line.partition(":")[0] for line in run.stdout.splitlines()] == [
        *PROJECT,
        f"{len(PROJECT)} files valid",
    ]


def test_check_prints_project_regions_and_services(tmp_path: Path) -> None:
    write(tmp_path, "integration", content("full"))
    write(tmp_path, "dev", content("dev"))
    run = _run("-m", "environments", "check", "integration", GRID_ENVIRONMENTS=tmp_path)
    assert run.stdout.startswith(
        "integration: grid-full-example; regions us-central1, us-east1; services api, model\n"
        "1 file valid: the schema, "
    )


def test_check_lists_problems_on_stderr_and_exits_with_2(tmp_path: Path) -> None:
    write(tmp_path, "dev", changed("dev", {"node_env": "test"}))
    write(tmp_path, "prod", changed("prod", {"services.api.min_instances": 201}))
    run = _run("-m", "environments", "check", GRID_ENVIRONMENTS=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr
    assert f"Error: node_env is invalid\n  --> {tmp_path}/dev.yaml:3:1, node_env\n" in run.stderr
    assert (
        "\nhelp: Change services.api.max_instances or services.api.min_instances. "
        "docs/reference/environment.md lists the valid values\n"
    ) in run.stderr
    assert run.stderr.endswith("\nFound 2 errors. No files were written.\n")


def test_check_prints_the_same_problems_as_json(tmp_path: Path) -> None:
    write(tmp_path, "dev", changed("dev", {"node_env": "test"}))
    run = _run("-m", "environments", "check", "--json", GRID_ENVIRONMENTS=tmp_path)
    found = json.loads(run.stdout)
    assert (run.returncode, run.stderr, found["schema_version"]) == (2, "", 1)
    assert found["errors"] == [
        {
            "error": "node_env is invalid",
            "file": f"{tmp_path}/dev.yaml",
            "line": 3,
            "column": 1,
            "key": "node_env",
            "expected": "'development' or 'production'",
            "actual": "'test'",
            "help": "Change node_env. docs/reference/environment.md lists the valid values",
        }
    ]


def test_check_prints_warnings_as_json(tmp_path: Path) -> None:
    write(tmp_path, "dev", changed("dev", {"protect": True}))
    run = _run("-m", "environments", "check", "--json", GRID_ENVIRONMENTS=tmp_path)
    found = json.loads(run.stdout)
    assert (run.returncode, run.stderr, found["errors"]) == (0, "", [])
    assert [warning["key"] for warning in found["warnings"]] == ["monitoring.pagerduty_channel"]


@pytest.mark.parametrize(
    "arguments", [["check", "demo"], ["verify"], []], ids=["environment", "command", "nothing"]
)
def test_command_exits_with_2_when_an_argument_is_unknown(arguments: list[str]) -> None:
    run = _run("-m", "environments", *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr


def test_synth_writes_nothing_when_a_file_is_invalid(tmp_path: Path) -> None:
    write(tmp_path, "dev", changed("dev", {"protect": "perhaps"}))
    out = tmp_path / "out"
    out.mkdir()
    run = _run("main.py", GRID_ENVIRONMENTS=tmp_path, CDKTF_OUTDIR=out)
    assert (run.returncode, run.stdout) == (2, "")
    assert "dev.yaml:4:1, protect\n" in run.stderr
    assert "Traceback" not in run.stderr
    assert list(out.iterdir()) == []


def test_schema_prints_the_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["schema"]) == 0
    assert capsys.readouterr() == (json_schema(), "")


def test_schema_writes_the_json_schema_with_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "SCHEMA_FILE", tmp_path / "schema.json")
    assert command.main(["schema", "--write"]) == 0
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == json_schema()
    assert capsys.readouterr() == ("", "")


def test_public_addresses_in_the_vpc_are_a_warning(tmp_path: Path) -> None:
    write(tmp_path, "dev", changed("dev", {"network.private_services_range": "8.8.0.0/16"}))
    run = _run("-m", "environments", "check", GRID_ENVIRONMENTS=tmp_path)
    assert run.returncode == 0
    assert "Warning: " in run.stderr
    assert "network.private_services_range" in run.stderr
    assert "8.8.0.0/16, which are public addresses" in run.stderr


def test_check_warns_when_token_subject_with_numbers_is_too_long(tmp_path: Path) -> None:
    write(tmp_path, "dev", changed("dev", {"ci.repository": f"example/{'r' * 88}"}))
    run = _run("-m", "environments", "check", GRID_ENVIRONMENTS=tmp_path)
    assert run.returncode == 0
    assert "Warning: " in run.stderr
    assert "the subject of its tokens has about 141 bytes" in run.stderr


@pytest.mark.parametrize(
    ("changes", "is_warned"),
    [
        ({"protect": True}, True),
        ({"protect": True, "monitoring.pagerduty_channel": "4321"}, False),
        ({"protect": False}, False),
    ],
)
def test_check_warns_of_protected_environment_without_pager(
    tmp_path: Path, changes: Changes, is_warned: bool
) -> None:
    write(tmp_path, "dev", changed("dev", changes))
    run = _run("-m", "environments", "check", GRID_ENVIRONMENTS=tmp_path)
    assert run.returncode == 0
    assert ("monitoring.pagerduty_channel" in run.stderr) == is_warned
