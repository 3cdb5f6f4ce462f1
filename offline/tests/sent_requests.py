"""Requests that a provider sends for the corpus, by resource type.

`corpus/<type>/requests.json` has those of the genuine provider, other than GET: number of the
apply, verb, path, query, and body. What the API invents, and the order of elements, do not count.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from offline.terraform.genuine import Genuine
from offline.terraform.session import Offline
from offline.translation.model import Translation, pattern, translation

FOLDER = Path(__file__).with_name("corpus")
_FINGERPRINTS = {"etag", "fingerprint", "labelFingerprint", "settingsVersion"}
_INVENTED = re.compile(r"(?<=/)(?:\d{4,}|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$|:)")
_CHECK = re.compile(r"(?<=/uptimeCheckConfigs/)[^/]+")
_LINK = re.compile(r"https?://[^/]+/(?:compute/)?compute/v1/(?=projects/)")
_TWICE = re.compile(r"((?:\w+/){0,2}v\d\w*/)\1")


class Sent(NamedTuple):
    step: int
    verb: str
    path: str
    query: Mapping[str, str]
    body: Any


class Spy(Offline):
    """A session that keeps the requests to its served Google in a list."""

    def __init__(self, log: list[Sent], **given: Any) -> None:
        super().__init__(**given)
        self._log, self._step, self._is_last = log, -1, False

    def __enter__(self) -> Self:
        session = super().__enter__()
        self._log.clear()
        server = self.served.server
        answer = server.answer

        def spy(verb: str, target: str, body: bytes, headers: Mapping[str, str]) -> Any:
            if verb != "GET" and not self._is_last:
                url = urlsplit(target)
                path = re.sub(r"^/dns-(?:v1)?/", "/dns/", _TWICE.sub(r"\1", url.path))[1:]
                is_json = "json" in headers.get("content-type", "") and body
                content = json.loads(body) if is_json else None
                query = dict(parse_qsl(url.query))
                self._log.append(Sent(self._step, verb, path, query, content))
            return answer(verb, target, body, headers)

        server.answer = spy  # type: ignore[method-assign]
        return session

    def terraform(self, *args: str, **given: Any) -> Any:
        self._step += args[0] == "init"
        self._is_last = args[0] == "destroy"
        return super().terraform(*args, **given)


class GenuineSpy(Spy, Genuine):
    """The same with the genuine provider."""


def of(log: Iterable[Sent], type_: str) -> list[Sent]:
    """Return the requests that create, change and delete the resources of a type."""
    known = translation(type_)
    patterns = _patterns(known) if known else []
    return [
        canonical(one)
        for one in log
        if any(verb == one.verb and path.fullmatch(one.path) for verb, path in patterns)
    ]


def _patterns(known: Translation) -> list[tuple[str, re.Pattern[str]]]:
    updates = (*known.updates, *known.after, *known.deletes)
    calls = [known.create, *(update.call for update in updates)]
    whole = re.search(r"\{name=[^}]*\}", known.read)
    result = []
    for call in calls:
        path = call.path.replace("{name}", whole[0]) if whole else call.path
        front = re.match(r".*?/(?:v\d\w*|alpha|beta)/", path)
        result.append((call.verb, re.compile((front[0] if front else "") + pattern(path).pattern)))
    return result


def canonical(sent: Sent) -> Sent:
    """Return a request without what the API invents."""
    query = {name: text for name, text in sent.query.items() if name not in {"alt", "prettyPrint"}}
    if "updateMask" in query:
        query["updateMask"] = ",".join(sorted(query["updateMask"].split(",")))
    body = _canonical(sent.body) or None
    return Sent(sent.step, sent.verb, _canonical(sent.path), query, body)


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        known = {name: item for name, item in value.items() if item is not None}
        return {n: "*" if n in _FINGERPRINTS else _canonical(i) for n, i in known.items()}
    if isinstance(value, list):
        return sorted(map(_canonical, value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        text = value.replace("projects/190942992792", "projects/corpus-example")
        return _INVENTED.sub("*", _CHECK.sub("*", _LINK.sub("", text)))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def recorded(type_: str) -> list[Sent] | None:
    """Return the requests of the genuine provider; None if there is no recording."""
    file = FOLDER / type_ / "requests.json"
    if not file.is_file():
        return None
    return [Sent(*one) for one in json.loads(file.read_text("utf-8"))]


def record(log: Iterable[Sent], type_: str) -> None:
    """Write the requests of a type."""
    lines = sorted(json.dumps(one, sort_keys=True) for one in of(log, type_))
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    (FOLDER / type_ / "requests.json").write_text(text, encoding="utf-8")


def differing(log: Iterable[Sent], type_: str) -> list[str]:
    """Return the requests that only one of the two providers sends, marked with + and -."""
    genuine, embedded = (
        Counter(json.dumps(one, sort_keys=True) for one in sent)
        for sent in (recorded(type_) or [], of(log, type_))
    )
    return [
        *(f"- {text}" for text in (genuine - embedded).elements()),
        *(f"+ {text}" for text in (embedded - genuine).elements()),
    ]
