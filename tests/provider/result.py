"""What became of one stack in a trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from offline.serve.server import Entry
from tests.provider.terraform import FailedError, Window


@dataclass
class Result:
    """What became of one stack; an empty text is a step that succeeded."""

    stack: str
    resources: int = 0
    steps: dict[str, str] = field(default_factory=dict)
    """Error by step: applied, second plan, refused, changed, destroyed."""
    seconds: float = 0
    requests: Counter[str] = field(default_factory=Counter)
    """Requests by API."""
    rejected: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    methods: set[tuple[str, str, str]] = field(default_factory=set)
    """Type, action and method of the requests of a recorded run."""

    @property
    def is_good(self) -> bool:
        """Report whether every step succeeded, and every request was accepted."""
        failed = [error for error in self.steps.values() if error]
        return not (failed or self.rejected or self.denied or self.mistakes)


def attributed(windows: Sequence[Window], requests: Sequence[Entry]) -> set[tuple[str, str, str]]:
    """Return type, action and method of each request that was made in a window."""
    return {
        (window.type, window.action, entry.method)
        for window in windows
        for entry in requests
        if window.begin <= entry.at <= window.end
    }


@contextmanager
def step(result: Result, name: str) -> Iterator[None]:
    """Note how a step ended; later steps go on."""
    result.steps[name] = ""
    try:
        yield
    except FailedError as error:
        result.steps[name] = str(error)
