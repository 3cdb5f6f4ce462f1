"""Requests that a provider sends for the corpus, by resource type.

`corpus/<type>/requests.json` has those of the genuine provider, other than GET: number of the
apply, verb, path, query, and body. What the API invents, and the order of elements, do not count.
Of grants and services, it has the changes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from offline.terraform.genuine import Genuine
from offline.terraform.installed import Installed
from offline.terraform.session import Offline
from offline.translation import iam, services
from offline.translation.model import Translation, pattern, translation

FOLDER = Path(__file__).with_name("corpus")
_CHANGED = {"auditConfigs", "bindings", "etag", "version"}
_FINGERPRINTS = {"etag", "fingerprint", "labelFingerprint", "settingsVersion"}
_INVENTED = re.compile(r"(?<=/)(?:\d{4,}|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$|:)")
_GENERATED = re.compile(r"\d{18}[0-9a-f]{8}(?=/|$)")
_PARTS = {"google_compute_router": "nats"}
"""Of types, the field of their objects that another type sends alone."""
_CHECK = re.compile(r"(?<=/uptimeCheckConfigs/)[^/]+")
_LINK = re.compile(r"https?://[^/]+/(?:compute/)?compute/v1/(?=projects/)")
_TWICE = re.compile(r"((?:\w+/){0,2}v\d\w*/)\1")


_Entry = tuple[tuple[str, str], ...]
"""A part of a policy: names and values."""


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
    """The same with the genuine providers, hashicorp/random among them."""

    def installed(self, chdir: Path, *, downloads: bool = False) -> Mapping[str, Installed]:
        found = super().installed(chdir, downloads=downloads)
        return {**found, "random": self.sources.find("random", chdir)}


def of(log: Iterable[Sent], type_: str) -> list[Sent]:
    """Return the requests that create, change and delete the resources of a type."""
    if type_ in iam.types():
        return [one for one in _grants(log, type_) if _is_grant(type_, one)]
    if type_ == services.TYPE:
        return [one for one in map(canonical, _services(log)) if _names(type_, one.body)]
    known = translation(type_)
    patterns = _patterns(known) if known else []
    others = _names_elsewhere(type_)
    return [
        canonical(one)
        for one in log
        if any(verb == one.verb and path.fullmatch(one.path) for verb, path in patterns)
        and set(one.body or ()) != {_PARTS.get(type_)}
        and not others & _names_in(one)
    ]


@cache
def _names_elsewhere(type_: str) -> frozenset[str]:
    """Return the values of resources of a type that only the files of other types declare, and
    that its recorded requests do not have.
    """
    block = re.compile(rf'^resource "{type_}" .*?^}}', re.MULTILINE | re.DOTALL)
    own, others = set[str](), set[str]()
    for file in FOLDER.glob("*/*.tf"):
        found = others if file.parent.name != type_ else own
        for text in block.findall(file.read_text("utf-8")):
            found.update(re.findall(r'= "([^"]+)"', text))
    known = (FOLDER / type_ / "requests.json").read_text("utf-8")
    return frozenset(value for value in others - own if value not in known)


def _names_in(one: Sent) -> set[str]:
    """Return the values that can be the name of the resource that a request is for."""
    body = one.body if isinstance(one.body, Mapping) else {}
    names = (str(body.get(key, "")).rpartition("/")[2] for key in ("name", "accountId"))
    return {*re.split("[/:]", one.path), *one.query.values(), *names}


def _patterns(known: Translation) -> list[tuple[str, re.Pattern[str]]]:
    updates = (*known.updates, *known.after, *known.deletes)
    calls = [known.create, *(update.call for update in updates)]
    whole = re.search(r"\{name=[^}]*\}", known.read)
    result = []
    for call in calls:
        path = call.path.replace("{name}", whole[0]) if whole else call.path
        result.append((call.verb, re.compile(_pattern(path))))
    return result


def _pattern(path: str) -> str:
    front = re.match(r".*?/(?:v\d\w*|alpha|beta)/", path)
    return (front[0] if front else "") + pattern(path).pattern


def _grants(log: Iterable[Sent], type_: str) -> Iterator[Sent]:
    """Yield what each write of a policy of a type's family adds to it, or takes from it.

    Others change the same policy in any order, and the genuine provider batches changes: so a
    change counts, and neither the rest of the policy nor the number of requests.
    """
    path = re.compile(_pattern(iam.split(type_)[0]["path"]) + "(?::setIamPolicy|/iam)")
    held: dict[str, set[_Entry]] = {}
    for one in filter(lambda one: path.fullmatch(one.path), log):
        body = dict(one.body)
        policy = body.pop("policy", body)
        entries = set(_entries(policy))
        before = held.get(one.path, set())
        form = {name: body[name] for name in sorted(body.keys() - _CHANGED)}
        form |= {"version": policy.get("version")}
        for sign, found in (("+", entries - before), ("-", before - entries)):
            for entry in sorted(found):
                yield canonical(one._replace(body={**form, sign: dict(entry)}))
        held[one.path] = entries


def _entries(policy: Mapping[str, Any]) -> Iterator[_Entry]:
    for binding in policy.get("bindings", ()):
        condition = json.dumps(binding.get("condition"), sort_keys=True)
        for member in binding["members"]:
            yield ("role", binding["role"]), ("member", member), ("condition", condition)
    for config in policy.get("auditConfigs", ()):
        logs = json.dumps(_canonical(config["auditLogConfigs"]), sort_keys=True)
        yield ("service", config["service"]), ("logs", logs)


def _services(log: Iterable[Sent]) -> Iterator[Sent]:
    """Yield what enables and disables APIs, one by one: the genuine provider enables in batches."""
    for one in log:
        path, _, verb = one.path.rpartition(":")
        if not path.startswith("serviceusage/"):
            continue
        names = one.body["serviceIds"] if verb == "batchEnable" else [path.rpartition("/")[2]]
        place = path if verb == "batchEnable" else path.rpartition("/")[0]
        rest = {} if verb == "batchEnable" else one.body or {}
        for name in names:
            action = verb.removeprefix("batch").lower()
            yield one._replace(path=f"{place}:{action}", body={**rest, "service": name})


def _is_grant(type_: str, one: Sent) -> bool:
    """Tell whether a change is of a policy and a role that the resources of a type have."""
    change = one.body.get("+", one.body.get("-"))
    given = change.get("role", change.get("service"))
    for state in _states(type_):
        role = state.get("role", state.get("service"))
        parent = re.split(f"/{re.escape(role)}|/audit_config/" if role else "$", state["id"])[0]
        if role in {None, given} and re.search(f"/{re.escape(parent)}(?::|/iam)", one.path):
            return True
    return False


def _names(type_: str, body: Mapping[str, Any]) -> bool:
    """Tell whether a change is of a service that the resources of a type name."""
    return body["service"] in {state["service"] for state in _states(type_)}


def _states(type_: str) -> list[Mapping[str, Any]]:
    return [held["state"] for held in _recording(type_)["configurations"].values()]


def _recording(type_: str) -> Any:
    return json.loads((FOLDER / type_ / "recorded.json").read_text("utf-8"))


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
        for invented in (_INVENTED, _GENERATED, _CHECK):
            text = invented.sub("*", text)
        return _LINK.sub("", text)
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
