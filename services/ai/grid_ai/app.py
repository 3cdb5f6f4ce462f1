"""Operations of the service: a conversation with a model, and search by meaning."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal

import httpx2
from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.requests import Request

from grid_ai.google import TIMEOUT, GoogleAuth
from grid_ai.vectors import Vectors
from grid_ai.vertex import Vertex
from grid_shared.cache import Cache, CacheConfig
from grid_shared.service.app import Resources, Service
from grid_shared.service.problems import UnavailableError
from grid_shared.service.tokens import Caller
from grid_shared.telemetry import AiTokens

ANSWER_TIMEOUT = 240.0
"""Seconds of a whole answer; less than `timeout_seconds` of the service."""
_EVENTS = "text/event-stream"
router = APIRouter(tags=["models"])


@dataclass(frozen=True, slots=True)
class Ai:
    """What the operations use."""

    vertex: Vertex
    vectors: Vectors
    embeddings: Cache[list[float]] | None


Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class Message(BaseModel):
    """A message of a conversation."""

    role: Literal["user", "model"]
    text: Text


class Conversation(BaseModel):
    """A conversation, the newest message last."""

    messages: Annotated[list[Message], Field(min_length=1, max_length=100)]


class Event(BaseModel):
    """A server-sent event."""

    event: Literal["message", "done", "error"]
    data: str
    """JSON: `text` of a message, `detail` of an error."""


class Search(BaseModel):
    """A query for the data points that are nearest in meaning."""

    text: Text
    count: Annotated[int, Field(ge=1, le=100)] = 10


class Neighbor(BaseModel):
    """A data point of the index."""

    id: str
    distance: float


@asynccontextmanager
async def _open(resources: Resources) -> AsyncIterator[Ai]:
    variables = resources.settings.variables
    config = CacheConfig(namespace="embeddings", ttl=24 * 3600)
    async with (
        httpx2.AsyncClient(auth=GoogleAuth(), timeout=TIMEOUT) as client,
        resources.cache(config) as embeddings,
    ):
        vertex = Vertex(client, AiTokens(resources.telemetry.meters), variables)
        yield Ai(vertex, Vectors(client, variables), embeddings)


SERVICE = Service(
    title="Grid AI",
    router=router,
    open=_open,
    requires=("VERTEX_AI_LOCATION", "VERTEX_AI_PROJECT"),
)


async def _ai(request: Request) -> Ai:
    ai: Ai = request.state.own
    return ai


AiParameter = Annotated[Ai, Depends(_ai)]


@router.post(
    "/chat",
    response_class=StreamingResponse,
    responses={200: {"content": {_EVENTS: {"schema": Event.model_json_schema()}}}},
)
async def chat(body: Conversation, _: Caller, ai: AiParameter) -> Any:
    """Answer in server-sent events: `data` with a part of the text, at the end `done`, or `error`
    if the model stops in between.
    """
    parts = ai.vertex.stream([(message.role, message.text) for message in body.messages])
    async with asyncio.timeout(ANSWER_TIMEOUT):
        first = await anext(parts, "")  # an error before it has a status of its own
    return StreamingResponse(_events(first, parts), media_type=_EVENTS)


async def _events(first: str, parts: AsyncIterator[str]) -> AsyncIterator[str]:
    yield _event({"text": first})
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT), aclosing(parts):  # type: ignore[type-var]
            async for text in parts:
                yield _event({"text": text})
    except (UnavailableError, TimeoutError):
        yield _event({"detail": "The answer is incomplete."}, "error")
    else:
        yield _event({}, "done")


def _event(content: dict[str, str], kind: str = "message") -> str:
    return f"event: {kind}\ndata: {json.dumps(content)}\n\n"


@router.post("/search", response_model=list[Neighbor])
async def search(body: Search, _: Caller, ai: AiParameter) -> Any:
    """Return the data points that are nearest in meaning."""
    if not ai.vectors.is_deployed:
        raise HTTPException(501, "The vector index is not deployed.")
    found = await ai.vectors.search(await _embed(ai, body.text), body.count)
    return [{"id": name, "distance": distance} for name, distance in found]


async def _embed(ai: Ai, text: str) -> list[float]:
    if not ai.embeddings:
        return await ai.vertex.embed(text)
    key = sha256(text.encode()).hexdigest()
    return await ai.embeddings.get(key, lambda: ai.vertex.embed(text))
