"""HTTP: bodies, headers and callers of requests, and the form of answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Any

from offline import tokens
from offline.serve.errors import ApiError
from offline.serve.request import PERSON
from offline.serve.values import Schema

JSON = {"Content-Type": "application/json; charset=UTF-8"}


@dataclass(frozen=True)
class Response:
    """An answer over HTTP."""

    status: int
    content: bytes
    headers: Mapping[str, str]


def without_zeros(value: Any, schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """Return an answer without false, 0 and empty texts: JSON of protocol buffers leaves them out.

    Page "ProtoJSON Format", https://protobuf.dev/programming-guides/json/. An empty message stays,
    and so do the values of a map, such as labels.
    """
    while "$ref" in schema:
        schema = schemas[schema["$ref"]]
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        items = {
            key: without_zeros(item, known.get(key, others), schemas) for key, item in value.items()
        }
        if not known and others.get("type") in {"string", "boolean", "integer", "number"}:
            return items
        return {k: v for k, v in items.items() if v != [] and (v == {} or v)}
    if isinstance(value, list):
        return [without_zeros(item, schema.get("items", {}), schemas) for item in value]
    return value


def read_caller(authorization: str) -> str:
    """Return the member that a bearer token names: a token of an account, or its e-mail address."""
    token = tokens.owner(authorization.removeprefix("Bearer ").strip())
    if "@" not in token:
        return PERSON
    kind = "serviceAccount" if token.endswith(".gserviceaccount.com") else "user"
    return f"{kind}:{token}"


def split(body: bytes, headers: Mapping[str, str], *, upload: bool) -> tuple[Any, bytes | None]:
    """Return the JSON of a request and what it uploads. Raises ValueError."""
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/related"):
        head = f"Content-Type: {kind}\r\n\r\n".replace("'", '"').encode()  # gcloud quotes so
        parts = list(message_from_bytes(head + body).walk())[1:]
        if len(parts) != 2:
            raise ValueError("a multipart upload has two parts")
        described, content = parts
        return json.loads(_bytes(described)), _bytes(content)
    if upload or (kind and "json" not in kind):
        return None, body
    return (json.loads(body) if body.strip() else None), None


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def read_range(header: str) -> tuple[int, int] | None:
    """Return the bytes of `bytes=0-99`."""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", header)
    return (int(found[1]), int(found[2] or 1 << 62)) if found else None


def error_response(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error in the form of Google's."""
    return Response(error.status, json.dumps(error.body()).encode(), {**JSON, **(headers or {})})
