"""A request that was checked against its document, and what it is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.serve.discovery import Method
from offline.serve.store import Resource

PERSON = "user:owner@example.com"
"""The caller of a request without a token."""


@dataclass(frozen=True)
class Media:
    """Content of an object, and the headers that describe it."""

    content: bytes
    headers: Mapping[str, str]
    is_part: bool = False
    """Whether it is the range that was asked for, not the whole."""


Answer = Resource | Media


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that was checked against its document."""

    method: Method
    path: str
    """Path of the request without its version and custom verb: projects/p/zones/z."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Resource = field(default_factory=dict)
    media: bytes | None = None
    """The uploaded content."""
    wants_media: bool = False
    """Whether the client requests the content and not the metadata (alt=media)."""
    range: tuple[int, int] | None = None
    """First and last byte of the requested content."""
    headers: Mapping[str, str] = field(default_factory=dict)
    caller: str = PERSON
    """The client, written as a member of IAM."""
    fails: bool = False
    """Whether the operation that it starts has to end with an error."""

    @property
    def api(self) -> str:
        """The API: the first label of its host."""
        return self.method.api
