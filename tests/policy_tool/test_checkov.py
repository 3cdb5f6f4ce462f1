"""checkov's answers: what is taken for a report, and what for silence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policy import checkov, plans
from policy.checkov import CheckovError
from policy.waivers import Finding

RECORD = {
    "check_id": "CKV_GCP_62",
    "check_name": "Bucket should log access",
    "file_path": "/dev.json",
    "resource_address": "google_storage_bucket.backups",
}
FOUND = Finding("dev", "CKV_GCP_62", RECORD["resource_address"], RECORD["check_name"])


def answer(**changes: Any) -> str:
    results = {"passed_checks": [], "failed_checks": [RECORD], "parsing_errors": []}
    summary = {"parsing_errors": 0, "skipped": 0, "checkov_version": "3.3.30"}
    return json.dumps(
        {
            "results": results | changes.get("results", {}),
            "summary": summary | changes.get("summary", {}),
        }
    )


def test_a_report() -> None:
    report = checkov.read(answer(), {"dev.json": "dev"})
    assert report.failed == {FOUND}
    assert not report.passed
    assert report.version == "3.3.30"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no report"),
        ("[]", "is no report"),
        ('{"passed": 0, "failed": 0}', "is no report"),  # what it says of a file with nothing in it
        (
            answer(summary={"parsing_errors": 1}, results={"parsing_errors": ["/dev.json"]}),
            "could not read /dev.json",
        ),
        (answer(summary={"skipped": 1}), "skipped checks"),
    ],
)
def test_what_is_no_report(text: str, said: str) -> None:
    with pytest.raises(CheckovError, match=said):
        checkov.read(text, {"dev.json": "dev"})


Run = Callable[[str], checkov.Report]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a shell script in the place of checkov."""

    def in_place_of_checkov(script: str) -> checkov.Report:
        program = tmp_path / checkov.PROGRAM
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        (tmp_path / "answer").write_text(answer(), encoding="utf-8")
        return checkov.run(tmp_path, {"dev": tmp_path / "dev.json"})

    return in_place_of_checkov


def test_failed_checks_are_a_report(run: Run) -> None:
    assert run("/bin/cat answer; exit 1").failed == {FOUND}


def test_a_crash_in_its_log_is_a_failure(run: Run) -> None:
    crash = (
        "echo 'Failed to run check CKV_GCP_54 on /dev.json:google_sql_database_instance.main' >&2"
    )
    with pytest.raises(CheckovError, match="CKV_GCP_54"):
        run(f"{crash}; /bin/cat answer; exit 1")


def test_another_end_is_a_failure(run: Run) -> None:
    with pytest.raises(CheckovError, match="code 2"):
        run("/bin/cat answer; exit 2")


def test_nothing_of_the_user_reaches_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BC_API_KEY", "somebody's")
    monkeypatch.setenv("LOG_LEVEL", "CRITICAL")
    script = 'test -z "$BC_API_KEY" && test "$LOG_LEVEL" = WARNING || exit 3; /bin/cat answer'
    assert run(script).failed == {FOUND}


def test_it_is_not_installed(tmp_path: Path) -> None:
    with pytest.raises(CheckovError, match="make policy"):
        checkov.run(tmp_path, {"dev": tmp_path / "dev.json"})


def test_resources_of_a_plan() -> None:
    inner = {"resources": [{"address": "module.a.google_redis_instance.b", "mode": "managed"}]}
    managed = {"address": "google_redis_instance.c", "mode": "managed"}
    read = {"address": "data.google_project.d", "mode": "data"}
    root = {"resources": [managed, read], "child_modules": [inner]}
    assert plans.resources({"planned_values": {"root_module": root}}) == [
        "google_redis_instance.c",
        "module.a.google_redis_instance.b",
    ]
