"""The HTTP server of the offline Cloud Storage."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import Any

from offline.bucket.endpoint import Endpoint
from offline.bucket.handler import Handler


class Server(ThreadingHTTPServer):
    """Server that closes all connections and joins its threads when it is closed."""

    daemon_threads = False

    def __init__(self, listener: socket.socket, endpoint: Endpoint) -> None:
        super().__init__(listener.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.endpoint = endpoint
        self.ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._reset: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and remember it."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection. One that was reset is not shut down first."""
        self._open.discard(request)
        if request in self._reset:
            self._reset.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def reset(self, connection: socket.socket) -> None:
        """Reset a connection with RST, as a load balancer that fails does."""
        no_time = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_time)
        self._reset.add(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore the error: tests kill clients on purpose."""

    def hang_up(self) -> None:
        """Resume requests that wait, and close every connection."""
        self.ending.set()
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
