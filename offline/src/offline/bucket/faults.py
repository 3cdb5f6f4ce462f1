"""What may go wrong with a request to the offline Cloud Storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What a fault sees: `bucket` and `object` are empty where the request names none."""

    method: str
    path: str
    bucket: str
    object: str
    query: Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request.

    The request waits `hang` seconds; then the connection is reset, or the API rejects with `status`
    and `message`, or, with neither, the request is done. `retry_after` (seconds) becomes the header
    of that name.
    """

    status: int = 0
    message: str = ""
    reason: str = ""
    retry_after: int | None = None
    reset: bool = False
    hang: float = 0.0


FaultRule = Callable[[Request], Fault | None]
