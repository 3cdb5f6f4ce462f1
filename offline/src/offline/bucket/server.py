"""A Cloud Storage on loopback for Terraform's gcs backend and simple clients, with faults to add.

See offline.bucket.store for what it keeps and offline.bucket.handler for what it answers.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from typing import Any

from offline.bucket.endpoint import Endpoint
from offline.bucket.faults import Fault, FaultRule, Request
from offline.bucket.handler import Handler
from offline.bucket.store import Store

__all__ = ["Endpoint", "Fault", "FaultRule", "Request", "Server", "Store", "serve"]


@contextmanager
def serve(store: Store, *, port: int = 0) -> Iterator[Endpoint]:
    """Serve a store on 127.0.0.1 until the block ends; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    with Server(store, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.endpoint
        finally:
            server.shutdown()
            server.hang_up()
            thread.join()


class Server(ThreadingHTTPServer):
    """Joins its threads when closed: it hangs up first, since clients keep connections open."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, store: Store, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.endpoint = Endpoint(f"http://127.0.0.1:{self.server_address[1]}", store)
        self.ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._reset: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and remember it."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """End a connection and forget it; one that was reset gets no orderly goodbye."""
        self._open.discard(request)
        if request in self._reset:
            self._reset.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def reset(self, connection: socket.socket) -> None:
        """Have a connection end with RST, as a dying load balancer's does."""
        no_time = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_time)
        self._reset.add(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that was killed is an everyday thing here."""

    def hang_up(self) -> None:
        """Wake what hangs and end every connection."""
        self.ending.set()
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
