"""Faults that tests add to the offline Cloud Storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """The request that a fault reads. `bucket` and `object` are empty if it names none."""

    method: str
    path: str
    bucket: str
    object: str
    query: Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """A fault of one request.

    The request waits `hang` seconds. Then the connection is reset, or the API rejects the request
    with `status` and `message`. With neither, the request succeeds. `retry_after` (seconds) is the
    value of that header.
    """

    status: int = 0
    message: str = ""
    reason: str = ""
    retry_after: int | None = None
    reset: bool = False
    hang: float = 0.0


FaultRule = Callable[[Request], Fault | None]
