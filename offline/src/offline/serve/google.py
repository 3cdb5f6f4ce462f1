"""One served Google: its state, its time, and which function answers which method."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from offline.serve import resources
from offline.serve.computed import Rules
from offline.serve.discovery import Method
from offline.serve.errors import ApiError
from offline.serve.operations import Operations
from offline.serve.policies import Policies
from offline.serve.store import Resource, Store


@dataclass(frozen=True)
class Media:
    """Content of an object, and the headers that describe it."""

    content: bytes
    headers: Mapping[str, str]
    is_part: bool = False
    """Whether it is the range that was asked for, not the whole."""


Answer = Resource | Media
PERSON = "user:owner@example.com"
"""The caller of a request without a token."""


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
    """What is uploaded."""
    wants_media: bool = False
    """Whether the content is asked for, not what describes it (alt=media)."""
    range: tuple[int, int] | None = None
    """First and last byte of the content that are asked for."""
    headers: Mapping[str, str] = field(default_factory=dict)
    caller: str = PERSON
    """Who asks, as IAM writes members."""
    fails: bool = False
    """Whether what it begins has to end with an error."""

    @property
    def api(self) -> str:
        """The API: the first label of its host."""
        return self.method.api


Handler = Callable[["Google", Request], Answer]
_HANDLERS: dict[str, Handler] = {}


def answers(*methods: str) -> Callable[[Handler], Handler]:
    """Let a function answer methods, by their ids in the discovery documents."""

    def register(handler: Handler) -> Handler:
        for method in methods:
            _HANDLERS[method] = handler
        return handler

    return register


class Google:
    """The state that all APIs share. One request is handled at a time."""

    def __init__(self, folder: Path | None = None) -> None:
        """With a folder, everything is kept in it."""
        self.folder = folder
        self.store = Store(folder and folder / "google.json")
        self.url = ""
        """Address of the server; what is made knows its own."""
        self.operations = Operations(self)
        self.policies = Policies(self)
        self.pages: Callable[[str], tuple[int, bytes]] = lambda _: (404, b"")
        """Answers addresses that are no API's: path to status and body."""
        self._handlers: dict[str, Callable[[Request], Answer]] = {}
        self._rules: dict[str, Rules] = {}
        self._services: dict[str, Any] = {}

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    @property
    def stamp(self) -> str:
        """The time as Google writes it."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def answers(self, method: str, handler: Callable[[Request], Answer]) -> None:
        """Let a handler of this Google alone answer a method."""
        self._handlers[method] = handler

    def tick(self) -> None:
        """Let the time of one request pass."""
        self.operations.tick()

    def rules(self, api: str) -> Rules:
        """Return what an API fills in by itself; loads the module of the API."""
        if api not in self._rules:
            name = f"offline.serve.apis.{api}"
            module = import_module(name) if api.isidentifier() and find_spec(name) else None
            self._rules[api] = Rules(api, module)
            if module is not None and hasattr(module, "attach"):
                self._services[api] = module.attach(self)
        return self._rules[api]

    def service(self, api: str) -> Any:
        """Return the object that its module attaches to this Google: what an API knows besides."""
        self.rules(api)
        return self._services[api]

    def handle(self, request: Request) -> Answer:
        """Answer a request. Raises ApiError."""
        self.rules(request.api)
        if own := self._handlers.get(request.method.id):
            return own(request)
        if handler := _HANDLERS.get(request.method.id):
            return handler(self, request)
        if self.policies.concerns(request.method):
            return self.policies.answer(request)
        return resources.answer(self, request)

    def number(self, project: str) -> str:
        """Return the number of a project by its id or number."""
        if project.isdigit():
            return project
        made = str(100_000_000_000 + zlib.crc32(project.encode()))
        return self.store.numbers.setdefault(project, made)

    def canonical(self, path: str) -> str:
        """Return a path with ids of projects where it has numbers.

        `projects/-/serviceAccounts/NAME@PROJECT...` gets the project of its service account, and
        numbers become known when their project is first named.
        """
        for project in re.findall(r"(?:^|/)projects/([a-z][a-z0-9:.-]+)(?=/|$)", path):
            self.number(project)
        known = {number: project for project, number in self.store.numbers.items()}

        def by_id(found: re.Match[str]) -> str:
            return f"{found[1]}projects/{known.get(found[2], found[2])}"

        path = re.sub(r"(^|/)projects/(\d+)(?=/|$|:)", by_id, path)
        account = re.search(r"(?:^|/)projects/-/serviceAccounts/[^@/]+@([a-z0-9-]+)\.iam", path)
        return path.replace("projects/-/", f"projects/{account[1]}/") if account else path

    def find(self, api: str, path: str) -> Resource:
        """Return a resource. Raises ApiError (404)."""
        found = self.store.resources.get((api, path))
        if found is None:
            raise ApiError(404, f"Resource '{path}' was not found", "notFound")
        return found
