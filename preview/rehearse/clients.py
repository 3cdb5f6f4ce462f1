"""Clients of the services: requests as long as a release lasts, and what was answered."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

_PAUSE_SECONDS = 0.002


class Clients:
    """Sends requests to all services in turn, one after the other."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._stopping = threading.Event()
        self.statuses: Counter[int] = Counter()
        """How often each status was answered."""

    def run(self) -> None:
        """Send requests until `stop` is called."""
        hosts = {address: urlsplit(address) for address in self._addresses}
        connections = {url.netloc: HTTPConnection(url.netloc, timeout=30) for url in hosts.values()}
        while not self._stopping.is_set():
            for url in hosts.values():
                connection = connections[url.netloc]
                try:
                    connection.request("GET", f"{url.path}/")
                    answer = connection.getresponse()
                    answer.read()
                    self.statuses[answer.status] += 1
                except (OSError, HTTPException):
                    connection.close()
            self._stopping.wait(_PAUSE_SECONDS)
        for connection in connections.values():
            connection.close()

    def stop(self) -> None:
        """Let the last request end."""
        self._stopping.set()

    def __str__(self) -> str:
        errors = sum(count for status, count in self.statuses.items() if status >= 500)
        return f"{self.statuses.total():,} requests, {errors:,} errors"


@contextmanager
def clients(addresses: Sequence[str]) -> Iterator[Clients]:
    """Let clients send requests while the block lasts."""
    sending = Clients(addresses)
    thread = threading.Thread(target=sending.run, daemon=True)
    thread.start()
    try:
        yield sending
    finally:
        sending.stop()
        thread.join()
