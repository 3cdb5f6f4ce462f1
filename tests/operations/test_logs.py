"""`grid logs`: which entries it asks for, and how it shows and follows them."""

from datetime import timedelta
from typing import Any

import pytest

from offline.serve.request import Request
from tests.operations.commandline import Grid
from tests.operations.platform import PROJECT, START, LocalGoogle

ENTRIES = "logging.entries.list"


def entry(number: int, **more: Any) -> dict[str, Any]:
    """Return an entry of a Cloud Run service, as the API does."""
    labels = {"service_name": "grid-test-api", "revision_name": "r-1", "location": "us-east1"}
    return {
        "insertId": str(number),
        "logName": f"projects/{PROJECT}/logs/run.googleapis.com%2Fstderr",
        "timestamp": f"{START + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}.123456789Z",
        "severity": "ERROR",
        "resource": {"type": "cloud_run_revision", "labels": labels},
        "textPayload": f"message {number}",
        **more,
    }


class Log:
    """Cloud Logging with some entries; one more arrives with each request."""

    def __init__(self, cloud: LocalGoogle) -> None:
        self.entries = [entry(1), entry(2)]
        self.bodies: list[dict[str, Any]] = []
        self.later: list[dict[str, Any]] = []
        cloud.answers(ENTRIES, self.answer)

    def answer(self, request: Request) -> dict[str, Any]:
        body = dict(request.body)
        self.bodies.append(body)
        is_newest_first = body["orderBy"] == "timestamp desc"
        found = self.entries[::-1] if is_newest_first else self.entries
        begin = int(body.get("pageToken", 0))
        page = {"entries": found[begin : begin + 1]}
        if begin + 1 < len(found):
            return {**page, "nextPageToken": str(begin + 1)}
        self.entries = [*self.entries, *self.later[:1]]
        del self.later[:1]
        return page


@pytest.fixture
def log(cloud: LocalGoogle) -> Log:
    return Log(cloud)


def test_logs_ask_for_the_selected_entries(grid: Grid, log: Log) -> None:
    options = ("--service=api", "--region=us-east1", "--severity=warning", "--contains=time out")
    assert grid("logs", "test", "--since=2h", *options).code == 0
    *lines, time, text = log.bodies[0]["filter"].splitlines()
    assert log.bodies[0]["resourceNames"] == [f"projects/{PROJECT}"]
    assert lines == [
        'resource.type="cloud_run_revision"',
        'resource.labels.service_name=("grid-test-api")',
        'resource.labels.location=("us-east1")',
        "severity>=WARNING",
    ]
    begin = START - timedelta(hours=2)
    assert time.startswith(f'timestamp>="{begin:%Y-%m-%dT%H}')
    assert text == '"time out"'


def test_logs_of_all_services_have_both_in_each_region(grid: Grid, log: Log) -> None:
    assert grid("logs", "test").code == 0
    text = log.bodies[0]["filter"]
    assert '("grid-test-api" OR "grid-test-auth")' in text
    assert '("us-central1" OR "us-east1")' in text


def test_logs_show_the_newest_entries_with_the_oldest_first(grid: Grid, log: Log) -> None:
    log.entries.append(entry(3))
    lines = grid("logs", "test", "--limit=2").stdout.splitlines()
    assert [line.rpartition("  ")[2] for line in lines] == ["message 2", "message 3"]
    found = grid("logs", "test", "--limit=2", "--json").json["result"]["entries"]
    assert [one["message"] for one in found] == ["message 2", "message 3"]
    assert {one["revision"] for one in found} == {"r-1"}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"textPayload": None, "jsonPayload": {"message": "of JSON"}}, "of JSON"),
        ({"textPayload": None, "jsonPayload": {"b": 1, "a": "x"}}, '{"a": "x", "b": 1}'),
        (
            {"textPayload": None, "httpRequest": {"requestMethod": "GET", "status": 503}},
            "GET 503",
        ),
        ({"textPayload": "[bold]line[/bold]\n"}, "[bold]line[/bold]"),
    ],
)
def test_logs_show_the_message_of_each_kind_of_entry(
    grid: Grid, log: Log, more: dict[str, Any], message: str
) -> None:
    given = {key: value for key, value in entry(1, **more).items() if value is not None}
    log.entries = [given]
    assert grid("logs", "test").stdout.strip().endswith(f"  {message}")


def test_logs_follow_new_entries_once_until_interrupted(
    grid: Grid, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.later = [entry(3), entry(4)]
    pauses: list[float] = []

    def sleep(_: object, seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("tests.operations.commandline.Clock.sleep", sleep)
    result = grid("logs", "test", "--follow")
    assert result.code == 0, result
    assert [line[-1] for line in result.stdout.splitlines()] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("--service=web", "one of api, auth"),
        ("--region=mars", "one of us-central1, us-east1"),
        ("--severity=loud", "one of ALERT,"),
        ("--since=soon", "for example 30s"),
        ("--follow", "use one of them"),
    ],
)
def test_logs_name_the_valid_values(grid: Grid, log: Log, option: str, advice: str) -> None:
    result = grid("logs", "test", "--json", option)
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert result.json["advice"].startswith(advice)
    assert log.bodies == []
