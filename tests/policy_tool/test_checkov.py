"""Tests of the runs of checkov and of its report."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policy.checkov import PROGRAM, CheckovError, Report, parse_report, run_checkov
from policy.plans import resource_addresses
from policy.waivers import Finding

RECORD = {
    "check_id": "CKV_GCP_62",
    "check_name": "Bucket should log access",
    "file_path": "/dev.json",
    "resource_address": "google_storage_bucket.backups",
}
FINDING = Finding("dev", "CKV_GCP_62", RECORD["resource_address"], RECORD["check_name"])


def report_text(**changes: Any) -> str:
    results = {"passed_checks": [], "failed_checks": [RECORD], "parsing_errors": []}
    summary = {"parsing_errors": 0, "skipped": 0, "checkov_version": "3.3.30"}
    return json.dumps(
        {
            "results": results | changes.get("results", {}),
            "summary": summary | changes.get("summary", {}),
        }
    )


def test_parse_report_returns_findings() -> None:
    report = parse_report(report_text(), {"dev.json": "dev"})
    assert report.failed == {FINDING}
    assert not report.passed
    assert report.version == "3.3.30"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no report"),
        ("[]", "is no report"),
        ('{"passed": 0, "failed": 0}', "is no report"),  # its output for an empty plan
        (
            report_text(summary={"parsing_errors": 1}, results={"parsing_errors": ["/dev.json"]}),
            "could not read /dev.json",
        ),
        (report_text(summary={"skipped": 1}), "skipped checks"),
    ],
)
def test_parse_report_raises_when_report_is_incomplete(text: str, message: str) -> None:
    with pytest.raises(CheckovError, match=message):
        parse_report(text, {"dev.json": "dev"})


Run = Callable[[str], Report]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs a shell script in place of checkov."""

    def run_script(script: str) -> Report:
        program = tmp_path / PROGRAM
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        (tmp_path / "answer").write_text(report_text(), encoding="utf-8")
        return run_checkov(tmp_path, {"dev": tmp_path / "dev.json"})

    return run_script


def test_run_checkov_returns_report_when_checks_failed(run: Run) -> None:
    assert run("/bin/cat answer; exit 1").failed == {FINDING}


def test_run_checkov_raises_when_a_check_crashed(run: Run) -> None:
    crash = (
        "echo 'Failed to run check CKV_GCP_54 on /dev.json:google_sql_database_instance.main' >&2"
    )
    with pytest.raises(CheckovError, match="CKV_GCP_54"):
        run(f"{crash}; /bin/cat answer; exit 1")


def test_run_checkov_raises_when_exit_code_is_unknown(run: Run) -> None:
    with pytest.raises(CheckovError, match="code 2"):
        run("/bin/cat answer; exit 2")


def test_run_checkov_ignores_environment_of_user(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BC_API_KEY", "somebody's")
    monkeypatch.setenv("LOG_LEVEL", "CRITICAL")
    script = 'test -z "$BC_API_KEY" && test "$LOG_LEVEL" = WARNING || exit 3; /bin/cat answer'
    assert run(script).failed == {FINDING}


def test_run_checkov_names_make_target_when_not_installed(tmp_path: Path) -> None:
    with pytest.raises(CheckovError, match="make policy"):
        run_checkov(tmp_path, {"dev": tmp_path / "dev.json"})


def test_resource_addresses_include_modules_and_exclude_data() -> None:
    inner = {"resources": [{"address": "module.a.google_redis_instance.b", "mode": "managed"}]}
    managed = {"address": "google_redis_instance.c", "mode": "managed"}
    data = {"address": "data.google_project.d", "mode": "data"}
    root = {"resources": [managed, data], "child_modules": [inner]}
    assert resource_addresses({"planned_values": {"root_module": root}}) == [
        "google_redis_instance.c",
        "module.a.google_redis_instance.b",
    ]
