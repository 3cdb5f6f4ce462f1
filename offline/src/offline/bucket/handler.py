"""The HTTP methods of the offline Cloud Storage, with the messages of Google.

JSON API: buckets insert, get, list; objects insert (media and multipart), get, `alt=media`, list,
delete. XML API: GET and HEAD of an object, which is how Go's client reads. Errors have Google's
JSON shape. Not here: resumable uploads (Go's client starts one above 16 MiB, Python's above 8 MiB),
ACLs, compose, rewrite, notifications, IAM.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from offline.bucket.endpoint import Host
from offline.bucket.faults import Fault, Request
from offline.bucket.messages import (
    bucket_resource,
    object_resource,
    parse_multipart,
    parse_object,
    read_body,
    unknown,
)
from offline.bucket.objects import Preconditions, StorageError, Version

_JSON = re.compile(
    r"(?:/(?:upload|download))?/storage/v1/b(?:/(?P<bucket>[^/]+)(?P<o>/o(?:/(?P<object>.+))?)?)?/?"
)
_XML = re.compile(r"/(?P<bucket>[^/]+)/(?P<object>.+)")
_REASONS = {401: "required", 403: "forbidden", 408: "timeout", 429: "rateLimitExceeded"}
_PAGE = 1000  # the API's own greatest page


class Handler(BaseHTTPRequestHandler):
    """One connection; the routes of both APIs."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body leave together: apart, the client's delayed ACK costs 40 ms
    query: dict[str, str]

    @property
    def _host(self) -> Host:
        return cast("Host", self.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing. `Endpoint.requests` has the requests."""

    def handle_any(self) -> None:
        """Answer one request, whatever its method."""
        body = read_body(self.headers, self.rfile)
        url = urlsplit(self.path)
        self.query = {
            key: values[-1] for key, values in parse_qs(url.query, keep_blank_values=True).items()
        }
        json_api, xml_api = _JSON.fullmatch(url.path), _XML.fullmatch(url.path)
        result = json_api or xml_api
        named = result.groupdict() if result else {}
        described: dict[str, Any] = {}
        try:
            if self.command == "POST" and json_api:
                described, body = self._posted(body)
            name = unquote(named.get("object") or "") or described.get("name", "")
            bucket = unquote(named.get("bucket") or "")
            request = Request(self.command, url.path, bucket, name, self.query)
            self._host.endpoint.requests.append(request)
            for rule in tuple(self._host.endpoint.faults):
                if (fault := rule(request)) and self._break(fault):
                    return
            if json_api and not bucket:
                self._buckets(request)
            elif json_api and not named["o"]:
                self._bucket(request)
            elif json_api and not named["object"]:
                self._objects(request, described, body)
            elif json_api or xml_api:
                self._object(request, media=not json_api or self.query.get("alt") == "media")
            else:
                raise unknown(request)
        except StorageError as error:
            self._send_error(error)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def _posted(self, body: bytes) -> tuple[dict[str, Any], bytes]:
        """Return what a POST describes (its name at least) and the content it carries."""
        kind = self.query.get("uploadType")
        content_type = self.headers.get("Content-Type", "application/octet-stream")
        if kind is None:
            return parse_object(body), b""
        described: dict[str, Any] = {}
        if kind == "multipart":
            described, content_type, body = parse_multipart(content_type, body)
        elif kind != "media":
            raise StorageError(501, "notImplemented", f"Not offline: uploads of type {kind}")
        named = {"name": self.query["name"]} if self.query.get("name") else {}
        return {"contentType": content_type} | described | named, body

    def _break(self, fault: Fault) -> bool:
        """Apply the fault, and return False if the request continues."""
        self._host.ending.wait(fault.hang)
        if fault.reset:
            self._host.reset(self.connection)
            self.close_connection = True
            return True
        if fault.status:
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            reason = fault.reason or _REASONS.get(fault.status, "backendError")
            self._send_error(StorageError(fault.status, reason, fault.message or reason), headers)
        return bool(fault.status)

    def _buckets(self, request: Request) -> None:
        store = self._host.endpoint.store
        if request.method == "POST":
            store.create(request.object)
            self._send(200, bucket_resource(request.object))
        elif request.method == "GET":
            items = [bucket_resource(name) for name in store.buckets()]
            self._send(200, {"kind": "storage#buckets", "items": items})
        else:
            raise unknown(request)

    def _bucket(self, request: Request) -> None:
        if request.method != "GET":
            raise unknown(request)
        self._host.endpoint.store.names(request.bucket)
        self._send(200, bucket_resource(request.bucket))

    def _objects(self, request: Request, described: Mapping[str, Any], body: bytes) -> None:
        if request.method == "GET":
            self._list(request.bucket)
        elif request.method == "POST" and "uploadType" in self.query:
            version = self._host.endpoint.store.insert(
                request.bucket,
                request.object,
                body,
                content_type=described["contentType"],
                when=self._preconditions(),
                kms_key=self.query.get("kmsKeyName", ""),
                metadata=described.get("metadata"),
                expected={key: described.get(key, "") for key in ("crc32c", "md5Hash")},
            )
            self._send(200, object_resource(request.bucket, version))
        else:
            raise unknown(request)

    def _object(self, request: Request, *, media: bool) -> None:
        store, bucket, name = self._host.endpoint.store, request.bucket, request.object
        when = self._preconditions()
        generation = self._generation()
        if request.method == "DELETE":
            store.delete(bucket, name, generation, when=when)
            self._send(204)
        elif request.method in {"GET", "HEAD"}:
            version = store.find(bucket, name, generation, when=when)
            if media:
                self._content(version, store.read(bucket, name, version.generation))
            else:
                self._send(200, object_resource(bucket, version))
        else:
            raise unknown(request)

    def _content(self, version: Version, data: bytes) -> None:
        headers = {
            "x-goog-generation": str(version.generation),
            "x-goog-metageneration": str(version.metageneration),
            "x-goog-hash": f"crc32c={version.crc32c},md5={version.md5}",
            "x-goog-stored-content-length": str(version.size),
            "ETag": f'"{version.generation}"',
            "Last-Modified": format_datetime(datetime.fromisoformat(version.created), usegmt=True),
            "Accept-Ranges": "bytes",
        }
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not span:
            self._send(200, data, headers, version.content_type)
            return
        first, last = int(span[1]), min(int(span[2] or version.size), version.size - 1)
        if first > last:
            raise StorageError(416, "requestedRangeNotSatisfiable", "Request range not satisfiable")
        headers["Content-Range"] = f"bytes {first}-{last}/{version.size}"
        self._send(206, data[first : last + 1], headers, version.content_type)

    def _list(self, bucket: str) -> None:
        prefix, delimiter = self.query.get("prefix", ""), self.query.get("delimiter", "")
        limit = min(int(self.query.get("maxResults") or _PAGE), _PAGE)
        after = base64.urlsafe_b64decode(self.query.get("pageToken", "")).decode()
        noncurrent = self.query.get("versions", "").lower() == "true"
        items: list[dict[str, Any]] = []
        prefixes: list[str] = []
        answer: dict[str, Any] = {"kind": "storage#objects", "items": items, "prefixes": prefixes}
        last = after
        for version in self._host.endpoint.store.versions(bucket):
            if not version.name.startswith(prefix) or (version.deleted and not noncurrent):
                continue
            head, cut, _ = (
                version.name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
            )
            key = prefix + head + cut if cut else version.name
            if key <= after or (cut and key in prefixes):
                continue
            if len(items) + len(prefixes) >= limit and key != last:
                answer["nextPageToken"] = base64.urlsafe_b64encode(last.encode()).decode()
                break
            if cut:
                prefixes.append(key)
            else:
                items.append(object_resource(bucket, version))
            last = key
        self._send(200, answer)

    def _preconditions(self) -> Preconditions:
        return Preconditions.of(self.query, dict(self.headers.items()))

    def _generation(self) -> int | None:
        text = self.query.get("generation", "")
        if text and not text.isdecimal():
            raise StorageError(400, "invalid", f"Invalid value for generation: {text}")
        return int(text) if text else None

    def _send(
        self,
        status: int,
        content: bytes | Mapping[str, Any] = b"",
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json; charset=UTF-8",
    ) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in {204, 304}:
            self.wfile.write(body)

    def _send_error(self, error: StorageError, headers: Mapping[str, str] | None = None) -> None:
        detail = {"message": error.message, "domain": "global", "reason": error.reason}
        if error.reason == "conditionNotMet":
            detail |= {"locationType": "header", "location": "If-Match"}
        body = {"error": {"code": error.status, "message": error.message, "errors": [detail]}}
        self._send(error.status, body, headers)
