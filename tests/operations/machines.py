"""Machines of operators on one served Google, without sockets: kills, dead regions, and skew.

A killed command sends no request any more: every further one raises `Killed`, also those of its
own cleaning up. Its files stay as they are, as those of a killed process do.
"""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from httplib2 import Response
from requests import ConnectionError as NoConnectionError

from offline.serve.errors import ApiError
from offline.serve.request import Answer, Request
from offline.serve.server import Server
from operations.cli import main
from operations.core.google_apis import Transport
from operations.core.runtime import Runtime
from tests.operations import platform
from tests.operations.commandline import KILLED, Clock, CommandResult
from tests.operations.platform import LocalGoogle

CALLS = ("get", "patch", "revisions.get", "revisions.list")


class Killed(BaseException):
    """The machine went down."""


@dataclass
class Wire:
    """What lies between the commands and Google."""

    server: Server
    dead: set[str] = field(default_factory=set)
    """Regions whose Cloud Run does not answer."""
    kill_at: int = 0
    """Number of the request after which the command is killed; 0 for never."""
    sent: int = 0

    def request(
        self, uri: str, method: str, body: Any, headers: Mapping[str, str]
    ) -> tuple[Response, bytes]:
        if self.kill_at and self.sent >= self.kill_at:
            raise Killed
        url = urlsplit(uri)
        content = body.encode() if isinstance(body, str) else body or b""
        answered = self.server.answer(
            method, f"{url.path}?{url.query}", content, {k.lower(): v for k, v in headers.items()}
        )
        self.sent += 1
        if self.kill_at and self.sent >= self.kill_at:
            raise Killed
        if answered is None:
            raise NoConnectionError("closed")
        date = f"{self.server.google.now:%a, %d %b %Y %H:%M:%S} GMT"
        found = {k.lower(): v for k, v in answered.headers.items()}
        return Response({**found, "date": date, "status": str(answered.status)}), answered.content


@dataclass
class SkewedClock(Clock):
    """A clock that is wrong."""

    skew: timedelta = timedelta()

    def now(self) -> datetime:
        return super().now() + self.skew


@dataclass
class Machine:
    """One checkout on one machine."""

    wire: Wire
    folder: Path
    outputs: Path
    skew: timedelta = timedelta()

    def run(self, *arguments: str, kill_at: int = 0) -> CommandResult:
        """Run a command, and kill it after so many requests."""
        self.wire.kill_at, self.wire.sent = kill_at, 0
        runtime = Runtime(
            clock=SkewedClock(skew=self.skew),
            endpoint=self.wire.server.url,
            folder=self.folder,
            stacks=self.folder / "stacks",
            environments=platform.write_environment(self.folder.parent / "environments"),
            is_interactive=lambda: False,
            operator=self.folder.name,
        )
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main([*arguments, f"--outputs={self.outputs}"], runtime)
            except Killed:
                code = KILLED
        self.wire.kill_at = 0
        return CommandResult(code, out.getvalue(), err.getvalue())


@contextmanager
def machines(cloud: LocalGoogle, folder: Path, count: int = 2) -> Iterator[list[Machine]]:
    """Provide machines on one cloud; their commands reach it without HTTP."""
    cloud.url = "http://127.0.0.1:9"
    server = Server(cloud)
    wire = Wire(server)
    handlers = dict(cloud._handlers)
    _let_regions_die(cloud, wire)
    outputs = folder / "outputs.json"
    shown = {name: {"value": value} for name, value in cloud.outputs().items()}
    outputs.write_text(json.dumps(shown), encoding="utf-8")

    def request(
        _: Transport,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **__: Any,
    ) -> tuple[Response, bytes]:
        answered = wire.request(uri, method, body, headers or {})
        _._server_time.observe(answered[0])
        return answered

    with patch.object(Transport, "request", request):
        yield [Machine(wire, folder / f"m{number}", outputs) for number in range(count)]
    cloud._handlers = handlers  # a copy of the cloud must not lead to this one
    assert server.mistakes == []


def _let_regions_die(cloud: LocalGoogle, wire: Wire) -> None:
    for call in CALLS:
        method = f"run.projects.locations.services.{call}"
        handler = cloud.handler(method)

        def answer(request: Request, handler: Any = handler) -> Answer:
            if any(f"/{region}/" in request.path for region in wire.dead):
                raise ApiError(503, "The service is currently unavailable.", "backendError")
            return handler(request) if handler else cloud.find("run", request.path)

        cloud.answers(method, answer)
