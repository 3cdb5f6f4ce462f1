"""Tests of what users can do with their data."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.services.kit.applications import application
from tests.services.kit.tokens import bearer
from tests.services.migrations.databases import Database

ADA = "00000000-0000-4000-8000-000000000001"
PATH = f"/users/{ADA}"
CONVERSATIONS = f"{PATH}/conversations"
NAMES = "SELECT display_name FROM users ORDER BY 1"


@pytest.fixture
def instances(environment: dict[str, str]) -> Iterator[tuple[TestClient, TestClient]]:
    """Two instances, each with Ada in its memory."""
    with (
        TestClient(application(environment), headers=bearer(PATH)) as first,
        TestClient(application(environment), headers=bearer(PATH)) as second,
    ):
        for client in (first, second, first, second):
            assert client.get(PATH).status_code == 200
        yield first, second


def until(is_reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30  # the message has to arrive
    while not is_reached():
        assert time.monotonic() < deadline


def test_changed_user_is_served_by_every_instance(
    instances: tuple[TestClient, TestClient], database: Database
) -> None:
    first, second = instances
    changed = first.patch(PATH, json={"display_name": "Countess"})
    assert (changed.status_code, changed.json()["display_name"]) == (200, "Countess")
    assert first.get(PATH).json() == changed.json()
    until(lambda: second.get(PATH).json() == changed.json())
    assert database.query(NAMES) == ["Countess", "Grace"]


def test_erased_user_is_served_by_no_instance(
    instances: tuple[TestClient, TestClient], database: Database
) -> None:
    first, second = instances
    assert first.delete(PATH).status_code == 204
    assert first.get(PATH).status_code == 404
    until(lambda: second.get(PATH).status_code == 404)
    assert first.patch(PATH, json={"display_name": "Ada"}).status_code == 404
    assert database.query("SELECT email FROM users") == ["grace@example.com"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"display_name": None},
        {"display_name": "x" * 201},
        {"display_name": "a\0"},
        {"email": "a"},
    ],
)
def test_invalid_change_writes_nothing_and_is_not_repeated(
    instances: tuple[TestClient, TestClient], database: Database, change: dict[str, Any]
) -> None:
    answer = instances[0].patch(PATH, json=change | {"secret": "hidden-value"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "hidden-value" not in answer.text
    assert database.query(NAMES) == ["Ada", "Grace"]


def test_pages_have_each_conversation_once_the_newest_first(
    instances: tuple[TestClient, TestClient], database: Database
) -> None:
    database.execute(
        "INSERT INTO conversations (user_id, title, created_at)"
        " SELECT id, n, now() + (n / 2) * interval '1 s' FROM users, generate_series(1, 9) AS n"
        " WHERE display_name = 'Ada'"
    )
    database.execute("UPDATE conversations SET deleted_at = created_at WHERE title = '4'")
    titles, after = [], None
    while True:
        query = {"limit": "3"} | ({"after": after} if after else {})
        page = instances[0].get(CONVERSATIONS, params=query).json()
        assert len(page["items"]) <= 3
        titles += [item["title"] for item in page["items"]]
        if not (after := page["next"]):
            break
    assert sorted(titles) == ["1", "2", "3", "5", "6", "7", "8", "9", "Hello"]
    assert titles[0] in {"8", "9"}
    assert titles[-1] == "Hello"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=1"])
def test_invalid_page_is_rejected(instances: tuple[TestClient, TestClient], query: str) -> None:
    assert instances[0].get(f"{CONVERSATIONS}?{query}").status_code == 422


def test_conversations_of_another_user_are_forbidden(
    instances: tuple[TestClient, TestClient],
) -> None:
    other = "/users/00000000-0000-4000-8000-000000000002/conversations"
    assert instances[0].get(other).status_code == 403
    assert instances[0].get(other, headers={"Authorization": ""}).status_code == 401
