"""The served Google over HTTP: http://127.0.0.1:PORT/API/PATH for https://API.googleapis.com/PATH."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any, cast

from offline.bucket.messages import read_body
from offline.serve import https, wire
from offline.serve.google import Google
from offline.serve.server import Allow, Server

_LARGEST = 64 << 20
"""Bytes of a request at most."""


class Listener(ThreadingHTTPServer):
    """Listens on this machine for the server that it is given."""

    daemon_threads = True
    request_queue_size = 64
    serving: Server | None = None

    def __init__(self, port: int = 0) -> None:
        """Listen on a port, or on a free one. Raises OSError."""
        super().__init__(("127.0.0.1", port), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body leave together
    disable_nagle_algorithm = True
    raw_requestline: bytes

    def setup(self) -> None:
        super().setup()
        # A connection stays with the server that it found.
        self._serving = cast("Listener", self.server).serving
        self._host = ""

    def finish(self) -> None:
        super().finish()
        if self._host:
            self.connection.close()  # the server closes what it accepted, which this replaced

    def parse_request(self) -> bool:
        """Read the first line and the headers of a request.

        A client of gRPC whose endpoint is a path, as that of Bigtable, names no host for its
        tunnel.
        """
        self.raw_requestline = self.raw_requestline.replace(b"CONNECT  HTTP", b"CONNECT - HTTP")
        return super().parse_request()

    def do_CONNECT(self) -> None:
        """Continue as a host of Google, whose client asks for a tunnel to it."""
        if "grpc" in self.headers.get("User-Agent", ""):
            self.send_response(501, "The offline Google serves REST, not gRPC (Bigtable)")
            self.end_headers()
            self.close_connection = True
            return
        host, _, port = self.path.rpartition(":")
        if port != "443" or not https.is_served(host):
            self.send_error(403, "only hosts of Google are served here")
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        context = https.authority().context(host)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", self.rbufsize)
        self.wfile = cast("BufferedIOBase", self.connection.makefile("wb", self.wbufsize))
        self._host, self.close_connection = host, False

    def handle_any(self) -> None:
        headers = {name.lower(): str(value) for name, value in self.headers.items()}
        body = read_body(self.headers, self.rfile, _LARGEST)
        path = https.target(self._host, self.path) if self._host else self.path
        given = https.identity(path, body, _email(headers)) if self._host else None
        answered: wire.Response | None = None
        if given is not None:
            answered = wire.Response(200, json.dumps(given).encode(), wire.JSON)
        elif self._serving:
            answered = self._serving.answer(self.command, path, body, headers)
        if answered is None:
            self.close_connection = True
            return
        self.send_response(answered.status)
        for name, value in answered.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answered.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered.content)

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the time for the header `Date`: that of the served Google, unless one is given."""
        if timestamp is None and self._serving:
            timestamp = self._serving.google.now.timestamp()
        return super().date_time_string(timestamp)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def _email(headers: Mapping[str, str]) -> str:
    """Return the e-mail address of a request's caller."""
    return wire.read_caller(headers.get("authorization", "")).partition(":")[2]


@contextmanager
def serve(
    google: Google, listener: Listener | None = None, *, port: int = 0, allow: Allow | None = None
) -> Iterator[Server]:
    """Serve while the block lasts, on a listener that exists or on a new one. Raises OSError."""
    with listening(Server(google, allow=allow), listener, port=port) as server:
        yield server


@contextmanager
def listening(
    server: Server, listener: Listener | None = None, *, port: int = 0
) -> Iterator[Server]:
    """Let a server answer HTTP while the block lasts, as `serve` does. Raises OSError."""
    own = listener or Listener(port)
    server.google.url = own.url
    own.serving = server
    try:
        yield server
    finally:
        server.stopping.set()
        own.serving = None
        server.google.store.save()
        if listener is None:
            own.shutdown()
            own.server_close()
