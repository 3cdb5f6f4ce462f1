"""Address, faults, and requests of a running Cloud Storage."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from typing import Protocol

from offline.bucket.faults import FaultRule, Request
from offline.bucket.store import Store


@dataclass
class Endpoint:
    """A Cloud Storage at `url`; add to `faults` to break it, read `requests` for what was asked."""

    url: str
    store: Store
    faults: list[FaultRule] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)


class Host(Protocol):
    """Server that a handler uses."""

    endpoint: Endpoint
    ending: threading.Event

    def reset(self, connection: socket.socket) -> None:
        """Reset a connection with RST."""
