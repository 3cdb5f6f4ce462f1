"""The served Google as the embedded provider reaches it: requests in this process."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from offline.serve.served import Served
    from offline.serve.shapes import Shape

Object = dict[str, Any]
Key = tuple[str, str]
_JSON = {"content-type": "application/json"}


class RemoteError(Exception):
    """The API returned an error; `code` is its HTTP status, 400 for an operation that failed."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Remote:
    """Sends requests to a served Google, and finds what they made."""

    def __init__(self, served: Served) -> None:
        self.served = served

    def send(
        self, verb: str, path: str, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Object:
        """Send a request and return its answer, that of its operation where it has one.

        Raises:
            RemoteError: the API rejects it, or its work fails.
        """
        target = "/" + quote(path, safe="/:@!$&'()*+,;=~%")
        if query:
            target += "?" + urlencode(query)
        content = b"" if body is None else json.dumps(body).encode()
        answered = self.served.server.answer(verb, target, content, _JSON)
        if answered is None:
            raise RemoteError(503, "the connection closed without an answer")
        answer: Object = json.loads(answered.content or b"{}")
        if answered.status >= 300:
            raise RemoteError(answered.status, answer["error"]["message"])
        if not _is_operation(answer):
            return answer
        if not (answer.get("done") or answer.get("status") == "DONE"):
            answer = self.served.server.settled(answer["name"])
        if error := answer.get("error"):
            errors = error.get("errors") or [error]
            raise RemoteError(400, errors[0]["message"])
        response: Object = answer.get("response", {})
        return response

    def shape(self, verb: str, path: str) -> Shape:
        """Return the shape of a request's body.

        Raises:
            RemoteError: no API has such a method.
        """
        from offline.serve import discovery  # noqa: PLC0415 (the documents take a second)
        from offline.serve.shapes import Shape  # noqa: PLC0415

        api, _, rest = path.partition("/")
        found = discovery.match(api, verb, rest)
        if found is None:
            raise RemoteError(404, f"no method of {api} is {verb} {rest}")
        return Shape.of_request(found[0])

    def key(self, path: str) -> Key:
        """Return where the store has the object of a path, with API and version in front."""
        api, _, rest = path.partition("/")
        rest = re.sub(r"^.*?(?:^|/)(?:v\d\w*|alpha|beta)/", "", rest, count=1)
        return api, self.served.server.google.canonical(rest)

    def object(self, path: str) -> tuple[Key, Object] | None:
        """Return a copy of an object with its key, None if the store has none there."""
        key = self.key(path)
        held = self.served.store.resources.get(key)
        return None if held is None else (key, copy.deepcopy(held))


def _is_operation(answer: Object) -> bool:
    kind = str(answer.get("kind", ""))
    return kind.endswith("#operation") or bool(
        re.search(r"(?:^|/)operations/[^/]+$", str(answer.get("name", "")))
    )
