"""The state of the local Google: time, work that takes a while, and who answers which method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Answer = dict[str, Any] | bytes
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


class RefusalError(Exception):
    """Google refuses; `reason` is its word for it, such as notFound."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.reason = status, message, reason


@dataclass(frozen=True, kw_only=True)
class Request:
    """A checked request."""

    method: str
    """Id of the discovery method."""
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: dict[str, Any] = field(default_factory=dict)
    media: bytes | None = None
    """What is uploaded."""
    wants_media: bool = False
    """Whether the content is asked for, not what describes it (alt=media)."""
    range: tuple[int, int] | None = None
    """First and last byte of the content that are asked for."""
    fails: bool = False
    """Whether what it begins has to end with an error."""


Handler = Callable[[Request], Answer]


class Cloud:
    """State that all APIs share. One request passes at a second, and one is handled at a time."""

    def __init__(self) -> None:
        self.url = ""
        """Address of the server; what is made knows its own."""
        self.takes = 3
        """After how many more requests begun work is done."""
        self._requests = 0
        self._offset = timedelta()
        self._number = 0
        self._handlers: dict[str, Handler] = {}
        self._skipped: list[tuple[int, Callable[[], None]]] = []

    @property
    def now(self) -> datetime:
        """The time: a second passes with each request."""
        return START + self._offset + timedelta(seconds=self._requests)

    @property
    def stamp(self) -> str:
        """The time as Google writes it."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def let_pass(self, **time: float) -> None:
        """Let time pass, as timedelta takes it."""
        self._offset += timedelta(**time)

    def number(self) -> int:
        """Return a number that was not given out before."""
        self._number += 1
        return self._number

    def answers(self, method: str, handler: Handler) -> None:
        """Let a handler answer a discovery method."""
        self._handlers[method] = handler

    def later(self, work: Callable[[], None]) -> None:
        """Do work after some more requests."""
        self._skipped.append((self._requests + self.takes, work))

    def settle(self) -> None:
        """Do all the work that was begun."""
        while self._skipped:
            self._skipped.pop(0)[1]()

    def tick(self) -> None:
        """Let the time of one request pass, and end what is due; for requests of any kind."""
        self._requests += 1
        due = [work for at, work in self._skipped if at <= self._requests]
        self._skipped = [(at, work) for at, work in self._skipped if at > self._requests]
        for work in due:
            work()

    def handle(self, request: Request) -> Answer:
        """Answer a request. Raises RefusalError."""
        handler = self._handlers.get(request.method)
        if handler is None:
            raise RefusalError(501, f"the local Google has no {request.method}")
        return handler(request)
