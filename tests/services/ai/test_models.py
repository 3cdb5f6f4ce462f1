"""Tests of answers of a model, of searches, and of the tokens that they count."""

import json
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi.testclient import TestClient

from grid_ai import app
from tests.services.ai.conftest import Exported
from tests.services.ai.vertex import PARTS, VertexServer
from tests.services.kit.applications import application
from tests.services.kit.tokens import bearer

CHAT = {"messages": [{"role": "user", "text": "Who are you?"}]}
GEMINI, EMBEDDING = "gemini-2.5-flash", "text-embedding-005"


def events(answer: Any) -> list[tuple[str, Any]]:
    """Parse server-sent events."""
    blocks = [block.split("\n") for block in answer.text.split("\n\n") if block]
    return [(kind[7:], json.loads(data[6:])) for kind, data in blocks]


def query() -> dict[str, Any]:
    """Return a search that is in no cache."""
    return {"text": f"what is like {uuid4()}", "count": 2}


@pytest.mark.parametrize(("path", "body"), [("/chat", CHAT), ("/search", query())])
def test_request_without_token_asks_nobody(
    service: TestClient, server: VertexServer, path: str, body: Any
) -> None:
    answer = service.post(path, json=body, headers={"Authorization": ""})
    assert (answer.status_code, server.requests) == (401, [])


def test_answer_is_streamed_and_its_tokens_are_counted(
    service: TestClient, server: VertexServer, exported: Exported
) -> None:
    answer = service.post("/chat", json=CHAT)
    assert answer.headers["content-type"].startswith("text/event-stream")
    parts = [("message", {"text": text}) for text in PARTS]
    assert events(answer) == [*parts, ("done", {})]
    [(_, body)] = server.requests
    assert body["contents"] == [{"role": "user", "parts": [{"text": "Who are you?"}]}]
    service.__exit__()
    assert exported.tokens == {(GEMINI, "prompt"): 5, (GEMINI, "completion"): 4}


def test_broken_answer_ends_with_error_event_and_counts_its_tokens(
    service: TestClient, server: VertexServer, exported: Exported
) -> None:
    server.breaks_after = 1
    kinds = [kind for kind, _ in events(service.post("/chat", json=CHAT))]
    assert kinds == ["message", "error"]
    service.__exit__()
    assert exported.tokens == {(GEMINI, "prompt"): 5, (GEMINI, "completion"): 2}


def test_hanging_answer_ends_after_its_time(
    service: TestClient, server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "ANSWER_TIMEOUT", 2.0)
    server.hangs = True
    assert [kind for kind, _ in events(service.post("/chat", json=CHAT))][-1] == "error"


@pytest.mark.parametrize("status", [401, 429, 500, 503])
@pytest.mark.parametrize(("path", "body"), [("/chat", CHAT), ("/search", query())])
def test_error_of_vertex_is_unavailable(
    service: TestClient, server: VertexServer, status: int, path: str, body: Any
) -> None:
    server.status = status
    answer = service.post(path, json=body)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_model_that_does_not_begin_is_unavailable(
    environment: dict[str, str], server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "TIMEOUT", httpx2.Timeout(30, read=0.5))
    server.hangs, server.breaks_after = True, 0
    with TestClient(application(environment)) as service:
        answer = service.post("/chat", json=CHAT, headers=bearer("/users/ada"))
    assert answer.status_code == 503


def test_search_returns_nearest_and_embeds_a_text_once(
    service: TestClient, server: VertexServer, exported: Exported
) -> None:
    body = query()
    for _ in range(2):
        nearest = service.post("/search", json=body).json()
        assert nearest == [{"id": "doc-0", "distance": 0.0}, {"id": "doc-1", "distance": 1.0}]
    assert [kind for kind, _ in server.requests] == ["predict", "findNeighbors", "findNeighbors"]
    [instance] = server.requests[0][1]["instances"]
    assert instance["content"] == body["text"]
    assert server.requests[1][1]["deployedIndexId"] == "grid_dev"
    service.__exit__()
    assert exported.tokens == {(EMBEDDING, "embedding"): 3}


def test_search_without_deployed_index_is_not_implemented(
    environment: dict[str, str], server: VertexServer
) -> None:
    del environment["VECTOR_DEPLOYED_INDEX_ID"]
    with TestClient(application(environment)) as service:
        answer = service.post("/search", json=query(), headers=bearer("/users/ada"))
    assert (answer.status_code, server.requests) == (501, [])


def test_request_without_credentials_is_unavailable(
    environment: dict[str, str], server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/none")
    with TestClient(application(environment)) as service:
        answer = service.post("/chat", json=CHAT, headers=bearer("/users/ada"))
    assert (answer.status_code, server.requests) == (503, [])
