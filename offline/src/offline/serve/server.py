"""Requests of Google's REST APIs: checked, carried out, and answered.

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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, quote, unquote, urlsplit

from offline.serve import discovery, dispatch, untyped, values, wire
from offline.serve.errors import ApiError
from offline.serve.faults import Script
from offline.serve.google import Google
from offline.serve.request import Answer, Media, Request

Allow = Callable[[Google, Request], None]
_DNS = {"dns-", "dns-v1", "dns-v1beta2"}
"""For record sets the provider takes each /dns/ off its endpoint (NewDnsClient in
google/transport/config.go), which has to leave an address."""
_TWICE = re.compile(r"((?:\w+/){0,2}v\d\w*/)\1")


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

    def kill_client(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Kill the client, as a machine that goes down does."""
        self._client_known.wait()
        os.kill(self._client[0], number)
        self._client_known.clear()

    def answer(
        self, verb: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> wire.Response | None:
        """Answer a request; None for a connection that closes without an answer.

        The names of headers are in lower case.
        """
        url = urlsplit(target)
        api, _, path = url.path.lstrip("/").partition("/")
        api = "dns" if api in _DNS else api
        if (other := self._other(verb, api, path, url.query, body)) is not None:
            return other
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
            return wire.error_response(ApiError(int(fault), "by a fault"), {"Retry-After": "2"})
        if fault == "hang":
            self.stopping.wait(30)
            return None
        if fault == "kill":
            self.kill_client()
            return None
        violations = values.Violations()
        given = parse_qs(url.query, keep_blank_values=True)
        try:
            content, media = wire.split(body, headers, upload=path.startswith("upload/"))
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
            parameters=self.google.by_id(parameters),
            query=query,
            body=read,
            media=media,
            wants_media=is_object or given.get("alt") == ["media"],
            range=wire.read_range(headers.get("range", "")),
            headers=headers,
            caller=wire.read_caller(headers.get("authorization", "")),
            fails=fault == "operation",
        )
        answered = self._handled(request)
        if fault == "kill-after":
            self.kill_client()
        return None if fault in {"lost", "kill-after"} else answered

    def settled(self, operation: str) -> dict[str, Any]:
        """End all work that was begun, and return an operation by its name."""
        with self._lock:
            self.google.operations.settle()
            return self.google.operations.get(operation)

    @property
    def lock(self) -> threading.Lock:
        """Held while a request is carried out."""
        return self._lock

    def _path(self, method: discovery.Method, path: str) -> str:
        """Return the path of the resource: without version and verb, with the project's id."""
        # A slash in the name of an object stays quoted, so that it does not end the name.
        plain = path.replace("%40", "@") if method.api == "storage" else unquote(path)
        path = discovery.resource_path(plain)
        verb = re.search(r"(?<=\})(:\w+)$", method.template)
        if verb:
            path = path.removesuffix(verb[1])
        return self.google.canonical(path.rstrip("/"))

    def _handled(self, request: Request) -> wire.Response:
        with self._lock:
            self.google.tick()
            try:
                if self._allow is not None:
                    self._allow(self.google, request)
                answer = dispatch.handle(self.google, request)
            except ApiError as error:
                if error.status == 403:
                    self.denied.append(f"{request.caller} {request.method.id}: {error.message}")
                if error.status == 501:
                    self.mistakes.append(error.message)
                self._log(request, error.status)
                return wire.error_response(error)
            except Exception:  # noqa: BLE001 (whatever it is, the user is to see it)
                self.mistakes.append(traceback.format_exc())
                self._log(request, 500)
                return wire.error_response(ApiError(500, "an error of the offline Google"))
            self._log(request, 200)
            if request.method.verb != "GET":
                self.google.store.generation += 1
                self.google.store.save()
            if isinstance(answer, dict) and request.api not in values.WITH_ZEROS:
                shape = {"$ref": request.method.response} if request.method.response else {}
                schemas = request.method.document.schemas
                answer = wire.without_zeros(answer, shape, schemas)
            return self._response(request, answer)

    def _response(self, request: Request, answer: Answer) -> wire.Response:
        if isinstance(answer, Media):
            return wire.Response(206 if answer.is_part else 200, answer.content, answer.headers)
        method = request.method
        if method.response:
            found = values.Violations()
            method.document.read({"$ref": method.response}, answer, "", found)
            wrong = found.rejected + found.ignored
            self.mistakes += [f"answer of {method.id}: {text}" for text in wrong]
        return wire.Response(200, json.dumps(answer).encode(), wire.JSON)

    def _other(
        self, verb: str, api: str, path: str, query: str, body: bytes
    ) -> wire.Response | None:
        """Answer a request that no document describes; None for any other."""
        if api == "served":
            with self._lock:
                self.google.tick()
                status, page = self.google.page(path)
            return wire.Response(status, page, {})
        if api == "v2":  # the address of every registry of images
            with self._lock:
                registry = self.google.service("artifactregistry")
                return cast("wire.Response", registry.answer(verb, path, parse_qs(query), body))
        if api in untyped.apis():
            return self._untyped(verb, api, unquote(path), query, body)
        return None

    def _untyped(self, verb: str, api: str, path: str, query: str, body: bytes) -> wire.Response:
        """Answer a request to an API without a document."""
        given = {name: values[-1] for name, values in parse_qs(query).items()}
        try:
            with self._lock:
                content = json.loads(body or b"{}")
                answer = untyped.answer(self.google, verb, api, path, given, content)
                self.google.store.save()
        except ValueError as error:
            return self._reject(400, f"{api} {path}: {error}")
        except ApiError as error:
            return wire.error_response(error)
        return wire.Response(200, json.dumps(answer).encode(), wire.JSON)

    def _log(self, request: Request, status: int) -> None:
        method = request.method
        entry = Entry(method.id, request.path, method.verb, request.caller, status, time.time())
        self.requests.append(entry)

    def _reject(self, status: int, message: str, fields: list[str] | None = None) -> wire.Response:
        self.rejected.append(message)
        return wire.error_response(ApiError(status, message, fields=fields or ()))
