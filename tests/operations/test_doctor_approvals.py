"""`grid doctor` reads the protection of GitHub environments, and fails closed."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from operations.checks.approvals import API, TOKENS
from tests.operations.commandline import CommandResult, Grid
from tests.operations.doctoring import findings, set_up
from tests.operations.platform import LocalGoogle, write_environment

REVIEWERS = [{"type": "User", "reviewer": {"login": "octocat", "id": 1, "type": "User"}}]
PATH = "/repos/example/grid-infrastructure/environments/test"


def rule(**more: Any) -> dict[str, Any]:
    kept = {"type": "required_reviewers", "prevent_self_review": True, "reviewers": REVIEWERS}
    return {"id": 3755, "node_id": "MDQ6R2F0ZTM3NTU=", **kept, **more}


def environment(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the shape of GitHub's answer (REST API, "Get an environment")."""
    return {
        "id": 161088068,
        "name": "test",
        "can_admins_bypass": False,
        "protection_rules": [{"id": 3736, "type": "branch_policy"}, *rules],
        "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
        **more,
    }


class GitHub(HTTPServer):
    """GitHub's API with one environment."""

    status = 200
    body: bytes = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []
        self.answer(environment(rule()))

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        self.status, self.body = status, json.dumps(body).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers each request of the right token with the environment."""

    server: GitHub

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        is_known = self.headers["Authorization"] == "Bearer secret"
        self.send_response(self.server.status if is_known else 401)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    with GitHub() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv(API, f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv(TOKENS[0], "secret")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def ci(
    cloud: LocalGoogle, grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Return the section `ci` of the environment file; a change counts for the next command."""
    set_up(cloud, grid, tmp_path, monkeypatch)
    section = {"repository": "example/grid-infrastructure", "repository_id": 1, "approval": True}

    def write(folder: Path) -> Path:
        with (write_environment(folder) / "test.yaml").open("a", encoding="utf-8") as file:
            file.write(f"ci: {json.dumps(section)}\n")
        return folder

    monkeypatch.setattr("tests.operations.commandline.write_environment", write)
    return section


def check(grid: Grid) -> tuple[CommandResult, list[dict[str, Any]]]:
    result = grid("doctor", "test", "--json")
    about = ("GitHub environment test", "approvals")
    return result, [one for one in findings(result) if one["what"].startswith(about)]


def test_environment_with_reviewers_is_ok(grid: Grid, github: GitHub) -> None:
    result, [found] = check(grid)
    assert (result.code, found["severity"]) == (0, "ok")
    assert github.paths == [PATH]


WEAK: dict[str, tuple[dict[str, Any], str]] = {
    "no rule": (environment(), "error"),
    "no reviewers": (environment(rule(reviewers=[])), "error"),
    "self-review": (environment(rule(prevent_self_review=False)), "warning"),
    "bypass": (environment(rule(), can_admins_bypass=True), "warning"),
}


@pytest.mark.parametrize(("answer", "severity"), WEAK.values(), ids=WEAK)
def test_weak_protection_is_found(
    grid: Grid, github: GitHub, answer: dict[str, Any], severity: str
) -> None:
    github.answer(answer)
    result, [found] = check(grid)
    assert found["severity"] == severity
    assert "docs/bootstrap.md" in found["help"]
    assert result.code == (5 if severity == "error" else 0)


@pytest.mark.parametrize(
    ("status", "severity"), [(404, "error"), (403, "unknown"), (500, "unknown")]
)
def test_unreadable_protection_fails(
    grid: Grid, github: GitHub, status: int, severity: str
) -> None:
    github.answer({"message": "no"}, status)
    result, [found] = check(grid)
    assert (result.code, found["severity"]) == (5, severity)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"protection_rules": []}'])
def test_answer_of_another_shape_fails(grid: Grid, github: GitHub, body: bytes) -> None:
    github.body = body
    result, [found] = check(grid)
    assert result.code == 5
    assert found["severity"] in {"error", "unknown"}


def test_missing_token_fails_and_is_named(
    grid: Grid, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)
    result, [found] = check(grid)
    assert (result.code, found["severity"]) == (5, "unknown")
    assert found["help"] == "GH_TOKEN=$(gh auth token)"
    assert github.paths == []


def test_environment_without_approval_is_not_checked(
    grid: Grid, github: GitHub, ci: dict[str, Any]
) -> None:
    ci["approval"] = False
    result, found = check(grid)
    assert (result.code, found) == (0, [])
    assert github.paths == []
