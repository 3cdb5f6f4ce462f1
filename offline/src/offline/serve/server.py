"""Google's REST APIs over HTTP: http://127.0.0.1:PORT/API/PATH for https://API.googleapis.com/PATH.

The path may repeat its version (run/v2/v2/projects), which the provider's hand-written clients do
over plain http: they take the version off an https endpoint alone.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, quote, unquote, urlsplit

from offline.serve import discovery
from offline.serve.errors import ApiError
from offline.serve.faults import Script
from offline.serve.google import PERSON, Answer, Google, Media, Request

Allow = Callable[[Google, Request], None]
_TWICE = re.compile(r"((?:\w+/){0,2}v\d\w*/)\1")
_JSON = {"Content-Type": "application/json; charset=UTF-8"}
_LARGEST = 64 << 20
"""Bytes of a request at most."""


@dataclass(frozen=True)
class Entry:
    """One request that reached a method, and its status."""

    method: str
    path: str
    verb: str
    caller: str
    status: int
    at: float
    """Seconds since 1970, when it was answered."""


@dataclass(frozen=True)
class Response:
    """An answer over HTTP."""

    status: int
    content: bytes
    headers: Mapping[str, str]


class Server:
    """Answers requests for one Google; `faults` may be replaced at any time."""

    def __init__(self, google: Google, *, allow: Allow | None = None) -> None:
        """`allow` raises ApiError for a request that its caller has no permission for."""
        self.google = google
        self.faults = Script()
        self.requests: list[Entry] = []
        """Every request that reached a method."""
        self.rejected: list[str] = []
        """Requests that do not fit the discovery documents."""
        self.ignored: Counter[str] = Counter()
        """Fields that the API ignores, since its document lacks them."""
        self.denied: list[str] = []
        """Requests that their callers have no permission for."""
        self.mistakes: list[str] = []
        """Answers that do not fit the documents, and errors of this server."""
        self.stopping = threading.Event()
        self._allow = allow
        self._client: list[int] = []
        self._client_known, self._lock = threading.Event(), threading.Lock()

    @property
    def url(self) -> str:
        """Its address."""
        return self.google.url

    def count(self, method: str) -> int:
        """Return how often a method was carried out."""
        return sum(1 for entry in self.requests if entry.method == method and entry.status < 300)

    def client(self, pid: int) -> None:
        """Say which process the fault `kill` means."""
        self._client = [pid]
        self._client_known.set()

    def kill_client(self) -> None:
        """Kill the client, as a machine that goes down does."""
        self._client_known.wait()
        os.kill(self._client[0], signal.SIGKILL)
        self._client_known.clear()

    def answer(
        self, verb: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> Response | None:
        """Answer a request; None for a connection that closes without an answer.

        The names of headers are in lower case.
        """
        url = urlsplit(target)
        api, _, path = url.path.lstrip("/").partition("/")
        if api == "served":
            with self._lock:
                self.google.tick()
                status, page = self.google.pages(path)
            return Response(status, page, {})
        if api == "upload":  # Go's client of Cloud Storage keeps only host and port of an endpoint
            api, path = "storage", f"upload/{path}"
        path = _TWICE.sub(r"\1", path, count=1).rstrip("/")
        found = discovery.match(api, verb, path if api == "storage" else unquote(path))
        is_object = False
        if found is None and verb in {"GET", "HEAD"} and not discovery.documents(api):
            # The XML API, by which Go's client reads objects: /BUCKET/OBJECT.
            is_object, path = True, f"storage/v1/b/{api}/o/{quote(unquote(path), safe='')}"
            found = discovery.match("storage", "GET", path)
        if found is None:
            return self._reject(404, f"no method of {api} is {verb} {path}")
        method, parameters = found
        fault = self.faults.next(method.id)
        if fault in {"429", "503"}:
            return _error(ApiError(int(fault), "by a fault"), {"Retry-After": "2"})
        if fault == "hang":
            self.stopping.wait(30)
            return None
        if fault == "kill":
            self.kill_client()
            return None
        violations = discovery.Violations()
        given = parse_qs(url.query, keep_blank_values=True)
        try:
            content, media = _split(body, headers, upload=path.startswith("upload/"))
        except ValueError as error:
            return self._reject(400, f"{method.id}: {error}")
        query = method.read_query(given, violations)
        read = method.read_body(content, violations) if isinstance(content, dict) else {}
        self.ignored.update(f"{method.id}: {text}" for text in violations.ignored)
        if violations.rejected:
            return self._reject(
                400,
                f"{method.id}: Invalid JSON payload received. {violations.rejected[0]}",
                violations.rejected,
            )
        request = Request(
            method=method,
            path=self._path(method, path),
            parameters=parameters,
            query=query,
            body=read,
            media=media,
            wants_media=is_object or given.get("alt") == ["media"],
            range=_range(headers.get("range", "")),
            headers=headers,
            caller=_caller(headers.get("authorization", "")),
            fails=fault == "operation",
        )
        answered = self._handled(request)
        if fault == "kill-after":
            self.kill_client()
        return None if fault in {"lost", "kill-after"} else answered

    def _path(self, method: discovery.Method, path: str) -> str:
        """Return the path of the resource: without version and verb, with the project's id."""
        path = discovery.resource_path(path if method.api == "storage" else unquote(path))
        verb = re.search(r"(?<=\})(:\w+)$", method.template)
        if verb:
            path = path.removesuffix(verb[1])
        return self.google.canonical(path.rstrip("/"))

    def _handled(self, request: Request) -> Response:
        with self._lock:
            self.google.tick()
            try:
                if self._allow is not None:
                    self._allow(self.google, request)
                answer = self.google.handle(request)
            except ApiError as error:
                if error.status == 403:
                    self.denied.append(f"{request.caller} {request.method.id}: {error.message}")
                if error.status == 501:
                    self.mistakes.append(error.message)
                self._log(request, error.status)
                return _error(error)
            except Exception:  # noqa: BLE001 (whatever it is, the user is to see it)
                self.mistakes.append(traceback.format_exc())
                self._log(request, 500)
                return _error(ApiError(500, "an error of the offline Google"))
            self._log(request, 200)
            if request.method.verb != "GET":
                self.google.store.save()
            if isinstance(answer, dict) and request.api not in discovery.LEGACY:
                answer = without_zeros(answer)
            return self._response(request, answer)

    def _response(self, request: Request, answer: Answer) -> Response:
        if isinstance(answer, Media):
            return Response(206 if answer.is_part else 200, answer.content, answer.headers)
        method = request.method
        if method.response:
            found = discovery.Violations()
            method.document.read({"$ref": method.response}, answer, "", found)
            wrong = found.rejected + found.ignored
            self.mistakes += [f"answer of {method.id}: {text}" for text in wrong]
        return Response(200, json.dumps(answer).encode(), _JSON)

    def _log(self, request: Request, status: int) -> None:
        method = request.method
        entry = Entry(method.id, request.path, method.verb, request.caller, status, time.time())
        self.requests.append(entry)

    def _reject(self, status: int, message: str, fields: list[str] | None = None) -> Response:
        self.rejected.append(message)
        return _error(ApiError(status, message, fields=fields or ()))


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

    def setup(self) -> None:
        super().setup()
        # A connection stays with the server that it found.
        self._serving = cast("Listener", self.server).serving

    def handle_any(self) -> None:
        headers = {name.lower(): str(value) for name, value in self.headers.items()}
        answered = (
            self._serving.answer(self.command, self.path, self._body(), headers)
            if self._serving
            else None
        )
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

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LARGEST))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)


@contextmanager
def serve(
    google: Google, listener: Listener | None = None, *, port: int = 0, allow: Allow | None = None
) -> Iterator[Server]:
    """Serve while the block lasts, on a listener that exists or on a new one. Raises OSError."""
    own = listener or Listener(port)
    google.url = own.url
    own.serving = server = Server(google, allow=allow)
    try:
        yield server
    finally:
        server.stopping.set()
        own.serving = None
        google.store.save()
        if listener is None:
            own.shutdown()
            own.server_close()


def without_zeros(value: Any) -> Any:
    """Return an answer without false, 0 and empty texts: JSON of protocol buffers leaves them out.

    Page "ProtoJSON Format", https://protobuf.dev/programming-guides/json/. An empty message stays.
    """
    if isinstance(value, dict):
        items = {key: without_zeros(item) for key, item in value.items()}
        return {k: v for k, v in items.items() if v != [] and (v == {} or v)}
    return [without_zeros(item) for item in value] if isinstance(value, list) else value


def _caller(authorization: str) -> str:
    """Return the member that a bearer token names: the token is an e-mail address."""
    token = authorization.removeprefix("Bearer ").strip()
    if "@" not in token:
        return PERSON
    kind = "serviceAccount" if token.endswith(".gserviceaccount.com") else "user"
    return f"{kind}:{token}"


def _split(body: bytes, headers: Mapping[str, str], *, upload: bool) -> tuple[Any, bytes | None]:
    """Return the JSON of a request and what it uploads. Raises ValueError."""
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/related"):
        head = f"Content-Type: {kind}\r\n\r\n".replace("'", '"').encode()  # gcloud quotes so
        parts = list(message_from_bytes(head + body).walk())[1:]
        if len(parts) != 2:
            raise ValueError("a multipart upload has two parts")
        described, content = parts
        return json.loads(_bytes(described)), _bytes(content)
    if upload or (kind and "json" not in kind):
        return None, body
    return (json.loads(body) if body.strip() else None), None


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _range(header: str) -> tuple[int, int] | None:
    """Return the bytes of `bytes=0-99`."""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", header)
    return (int(found[1]), int(found[2] or 1 << 62)) if found else None


def _error(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    return Response(error.status, json.dumps(error.body()).encode(), {**_JSON, **(headers or {})})
