"""A client of a served Google, for tests of single requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from offline.serve.server import Server

PROJECT = "projects/example-project"


class Reply(NamedTuple):
    status: int
    body: dict[str, Any]


class Client:
    """Sends requests to a server."""

    def __init__(self, server: Server) -> None:
        self.server, self.caller = server, ""

    def __call__(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.caller}"}
        url = f"{self.server.url}/{path}"
        request = Request(url, content, headers, method=verb)  # noqa: S310 (this machine)
        try:
            with urlopen(request) as answer:  # noqa: S310
                return Reply(answer.status, json.load(answer))
        except HTTPError as error:
            return Reply(error.code, json.load(error))
