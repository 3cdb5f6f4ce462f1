"""Scripted faults: what goes wrong, and at which request."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

Kind = Literal["429", "503", "hang", "operation", "lost", "kill", "kill-after"]
"""429 and 503 are answers, and nothing is done; hang: no answer, nothing is done; operation: what
the request begins ends with an error; lost: it is done, and the connection closes without an
answer; kill: the client dies before it is done, or after it."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Fault:
    """A fault at the n-th request (from 1) for a method whose id fits a shell pattern."""

    kind: Kind
    at: int = 1
    methods: str = "*"


class Script:
    """Faults to come; each happens once."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._waiting = list(faults)
        self.happened: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Plan one more; it counts requests from now on."""
        with self._lock:
            at = fault.at + self._counts.get(fault.methods, 0)
            self._counts.setdefault(fault.methods, 0)
            self._waiting.append(Fault(fault.kind, at, fault.methods))

    @property
    def kinds(self) -> set[Kind]:
        """The kinds of the faults to come."""
        with self._lock:
            return {fault.kind for fault in self._waiting}

    def next(self, method: str) -> Kind | None:
        """Return the fault of this request."""
        with self._lock:
            patterns = {fault.methods for fault in self._waiting} | set(self._counts)
            for pattern in patterns:
                if fnmatchcase(method, pattern):
                    self._counts[pattern] = self._counts.get(pattern, 0) + 1
            for fault in self._waiting:
                fits = fnmatchcase(method, fault.methods)
                if fits and self._counts[fault.methods] == fault.at:
                    self._waiting.remove(fault)
                    self.happened.append(fault)
                    return fault.kind
        return None


def sequence(seed: int, requests: int, kinds: Iterable[Kind] = KINDS) -> list[Fault]:
    """One to four faults among the first so many requests, the same for the same seed; few of them
    hang, since that takes real time.
    """
    chance = random.Random(seed)  # noqa: S311 (no secret)
    choice = tuple(kind for kind in kinds for _ in range(1 if kind == "hang" else 4))
    count = chance.randint(1, 4)
    places = chance.sample(range(1, requests + 1), min(count, requests))
    return [Fault(chance.choice(choice), at) for at in sorted(places)]
