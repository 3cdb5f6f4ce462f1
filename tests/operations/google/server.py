"""The local Google over HTTP."""

import json
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.operations.google import discovery
from tests.operations.google.cloud import Answer, Cloud, RefusalError, Request
from tests.operations.google.faults import Script

Page = Callable[[str], tuple[int, bytes]]


class Server:
    """A running server; `faults` may be replaced at any time."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.faults = Script()
        self.pages: Page = lambda _: (404, b"")
        """Answers addresses that are no API's: path to status and body."""
        self.log: list[tuple[str, str]] = []
        """Id of the method, and path, of every request that was carried out."""
        self.mistakes: list[str] = []
        """Requests that do not fit the discovery documents, and answers that do not."""
        self._client: list[int] = []
        self._client_known, self._lock = threading.Event(), threading.Lock()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Its address, for GRID_GOOGLE_ENDPOINT."""
        return self.cloud.url

    def count(self, method: str) -> int:
        """How often a method was carried out."""
        return sum(1 for found, _ in self.log if found == method)

    def client(self, pid: int) -> None:
        """Say which process `kill` means."""
        self._client = [pid]
        self._client_known.set()

    def kill_client(self) -> None:
        """Kill the client, as a machine that goes down does."""
        self._client_known.wait()
        os.kill(self._client[0], signal.SIGKILL)
        self._client_known.clear()

    def answer(
        self, http: str, target: str, body: bytes, kind: str, wanted: str = ""
    ) -> tuple[int, bytes, dict[str, str]] | None:
        """Status, body and headers; None for a connection that closes without an answer."""
        url = urlsplit(target)
        name, _, rest = url.path.lstrip("/").partition("/")
        version, _, path = rest.partition("/")
        if name == "served":
            with self._lock:
                self.cloud.tick()
                status, page = self.pages(rest)
            return status, page, {}
        found = discovery.api(name, version).match(http, path)
        if found is None:
            return self._wrong(404, f"no method of {name} {version} is {http} {path}")
        method, groups = found
        fault = self.faults.next(method.id)
        if fault in {"429", "503"}:
            return _error(int(fault), "by a fault", "", {"Retry-After": "2"})
        if fault == "hang":
            self.stopping.wait(30)
            return None
        if fault == "kill":
            self.kill_client()
            return None
        try:
            content, media = _split(body, kind, upload=path.startswith("upload/"))
            given = parse_qs(url.query, keep_blank_values=True)
            query = method.check(given, content)
        except (discovery.InvalidError, ValueError) as error:
            return self._wrong(400, f"{method.id}: {error}")
        request = Request(
            method=method.id,
            path=groups,
            query=query,
            body=content or {},
            media=media,
            wants_media=given.get("alt") == ["media"],
            range=_range(wanted),
            fails=fault == "operation",
        )
        answered = self._handled(request, method, path)
        if fault == "kill-after":
            self.kill_client()
        return None if fault in {"lost", "kill-after"} else answered

    def _handled(
        self, request: Request, method: discovery.Method, path: str
    ) -> tuple[int, bytes, dict[str, str]]:
        with self._lock:
            self.cloud.tick()
            try:
                answer: Answer = self.cloud.handle(request)
            except RefusalError as error:
                if error.status == 501:
                    self.mistakes.append(error.message)
                return _error(error.status, error.message, error.reason)
            except Exception:  # noqa: BLE001 (whatever it is, the test is to show it)
                self.mistakes.append(traceback.format_exc())
                return _error(500, "a mistake of the local Google", "")
            self.log.append((method.id, path))
            if isinstance(answer, bytes):
                status = 206 if request.range else 200
                return status, answer, {"Content-Type": "application/octet-stream"}
            try:
                if method.response:
                    method.api.check({"$ref": method.response}, answer, "")
            except discovery.InvalidError as error:
                self.mistakes.append(f"answer of {method.id}: {error}")
            return 200, json.dumps(answer).encode(), {"Content-Type": "application/json"}

    def _wrong(self, status: int, message: str) -> tuple[int, bytes, dict[str, str]]:
        self.mistakes.append(message)
        return _error(status, message, "invalid")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body leave together

    def setup(self) -> None:
        super().setup()
        self._serving = _serving  # a connection stays with the server that it found

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type", "")
        wanted = self.headers.get("Range", "")
        server = self._serving
        answered = server.answer(self.command, self.path, body, kind, wanted) if server else None
        if answered is None:
            self.close_connection = True
            return
        status, content, headers = answered
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


_serving: Server | None = None


@cache
def _listener() -> ThreadingHTTPServer:
    """Listen on a free port of this machine, the same as long as this process lives: clouds are
    copied from one test to the next, and have the address in them.
    """
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, daemon=True).start()
    return http


def address() -> str:
    """Where every cloud is served in this process."""
    return f"http://127.0.0.1:{_listener().server_address[1]}"


@contextmanager
def serve(cloud: Cloud) -> Iterator[Server]:
    """Serve while the block lasts; one cloud at a time."""
    global _serving  # noqa: PLW0603
    assert _serving is None
    assert cloud.url == address()
    _serving = server = Server(cloud)
    try:
        yield server
    finally:
        server.stopping.set()
        _serving = None


def _split(body: bytes, kind: str, *, upload: bool) -> tuple[dict[str, Any] | None, bytes | None]:
    """Return the JSON of a request and what it uploads."""
    if not body:
        return None, None
    if kind.startswith("multipart/related"):
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        described, content = list(message_from_bytes(head + body).walk())[1:]
        return json.loads(_bytes(described)), _bytes(content)
    return (None, body) if upload else (json.loads(body), None)


def _range(header: str) -> tuple[int, int] | None:
    """Return the bytes of `bytes=0-99`."""
    if not header:
        return None
    first, _, last = header.removeprefix("bytes=").partition("-")
    return int(first), int(last)


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _error(
    status: int, message: str, reason: str, headers: dict[str, str] | None = None
) -> tuple[int, bytes, dict[str, str]]:
    """Return an error in the form of Google's."""
    errors = [{"message": message, "domain": "global", "reason": reason}]
    told = {"error": {"code": status, "message": message, "errors": errors}}
    return (
        status,
        json.dumps(told).encode(),
        {"Content-Type": "application/json", **(headers or {})},
    )
