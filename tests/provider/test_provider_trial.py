"""The parts of `make test-provider` that need no provider."""

import json
from pathlib import Path

import pytest

from offline.serve.server import Entry
from tests.provider.__main__ import main, table
from tests.provider.changes import changes
from tests.provider.mirror import VARIABLE
from tests.provider.result import Result, attributed
from tests.provider.terraform import Window, errors, windows
from tests.template import variant


def test_main_fails_with_one_line_when_mirror_lacks_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert main(["--version", "6.50.0"]) == 2
    error, advice = capsys.readouterr().err.splitlines()
    assert error == f"Error: {VARIABLE}={tmp_path} has no provider hashicorp/google 6.50.0"
    assert advice.startswith("help: ")


def test_requests_belong_to_the_resource_that_terraform_works_on() -> None:
    def event(kind: str, second: int) -> str:
        resource = {"addr": "google_sql_user.app", "resource_type": "google_sql_user"}
        hook = {"resource": resource, "action": "create"}
        stamp = f"2026-11-27T10:00:{second:02}Z"
        return json.dumps({"type": kind, "@timestamp": stamp, "hook": hook})

    output = [event("apply_start", 1), event("apply_complete", 3)]
    output.append(json.dumps({"type": "version", "@timestamp": "2026-11-27T10:00:04Z"}))
    (window,) = windows("\n".join(output))
    assert (window.type, window.action, window.end - window.begin) == (
        "google_sql_user",
        "create",
        2,
    )
    requests = [
        Entry(method, "", "POST", "", 200, window.begin + after)
        for method, after in (("sql.users.insert", 1), ("sql.users.list", 9))
    ]
    assert attributed([window], requests) == {("google_sql_user", "create", "sql.users.insert")}


def test_no_request_belongs_to_a_resource_outside_of_its_window() -> None:
    window = Window("google_sql_user", "read", 5, 6)
    assert attributed([window], [Entry("sql.users.get", "", "GET", "", 200, 4)]) == set()


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_changes_are_valid_environment_files(environment: str) -> None:
    values: dict[str, object] = {}
    for change in changes(environment):
        values |= change.values
        assert variant(environment, values).environment == environment


def test_last_change_of_a_trial_is_unprotected() -> None:
    values: dict[str, object] = {}
    for change in changes("prod"):
        values |= change.values
    assert values["protect"] is False


def test_errors_leave_out_the_progress_of_an_apply() -> None:
    output = "google_x.a: Creating...\n\nError: Error creating X: 403\n\n  with google_x.a\n"
    assert errors(output).startswith("Error: Error creating X: 403")
    assert "Creating..." not in errors(output)


def test_table_counts_what_was_rejected_and_denied() -> None:
    result = Result("dev", 158, {"applied": "", "second plan": "it has changes"})
    result.denied.append("ci-apply compute.networks.insert")
    assert not result.is_good
    line = table([result]).splitlines()[1].split()
    assert line[:4] == ["dev", "158", "yes", "failed"]
    assert line[-4:] == ["0", "1", "0", "0"]
