"""What Google fills in by itself: from the schema of the resource, and from data for each API.

The data is `apis/<api>.json`: for each collection (the last word of its path, such as networks, or
the first and the last, such as namespaces/services) `output`, which the API sets whatever was
asked; `default`, which it sets where nothing was asked; `drop`, which it never returns; `assigned`,
the name that it gives to what is created without one; and `source`. A string may contain {project},
{number}, {location}, {name}, {path}, {numbered} (the path with the number of its project), {key}
(six characters that belong to the path), {serial}, {octet} and {now}, and what is new each time:
{digits}, {uuid}, {hash} and {hex}. `assigned` may contain {displayed}, the display name, and no
place of the path.
"""

from __future__ import annotations

import base64
import copy
import json
import re
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from offline.provider_facts.ids import digest

if TYPE_CHECKING:
    from offline.serve.discovery import Document
    from offline.serve.state import State
    from offline.serve.store import Resource

Hook = Callable[[Any, str, "Resource", bool], None]
"""Fills in what one API adds, given its Google, the path, the resource, and whether it is new."""

_GOOD = (
    "ACTIVE READY RUNNING ENABLED RUNNABLE SUCCEEDED CREATED DEPLOYED ACCEPTED VERIFIED OK "
    "ESTABLISHED DONE"
).split()
"""States of a resource that is ready, in the order in which one is chosen."""
_CREATED = {"createTime", "creationTime", "creationTimestamp", "timeCreated", "insertTime"}
_UPDATED = {
    "updateTime",
    "updated",
    "lastUpdateTime",
    "lastModifiedTime",
    "modifyTime",
    "lastModificationTime",
}
_DRAWN = {"uid": "{uuid}", "uniqueId": "10{digits}", "id": "{digits}"}
_LINKED = {"compute": "www.googleapis.com/compute/v1", "storage": "www.googleapis.com/storage/v1"}
"""Where links of an API lead, when that is not its own host."""


class Rules:
    """What one API fills in."""

    def __init__(self, api: str, module: ModuleType | None) -> None:
        file = Path(__file__).parent / "apis" / f"{api}.json"
        self._data: Mapping[str, Any] = (
            json.loads(file.read_text("utf-8")) if file.is_file() else {}
        )
        self._hook: Hook | None = getattr(module, "fill", None)

    def assigned(self, google: State, collection: str, resource: Resource) -> str:
        """Return a name for a new resource of a collection; it is new each time."""
        form = self._data.get(collection.rpartition("/")[2], {}).get("assigned", "{digits}")
        shown = re.sub(r"[^a-z0-9]+", "-", str(resource.get("displayName", "")).lower()).strip("-")
        return str(_filled(form, {**invented(google), "displayed": shown}))

    def fill(
        self,
        google: State,
        document: Document,
        schema: str,
        path: str,
        resource: Resource,
        *,
        created: bool,
        has_long_name: bool,
    ) -> Resource:
        """Add to a resource what the API adds; `created` when it did not exist before."""
        by_schema(google, document, schema, path, resource, created=created)
        name = path if has_long_name else path.rpartition("/")[2]
        properties = document.properties(schema)
        if "name" in properties and (has_long_name or not resource.get("name")):
            resource["name"] = name
        words = path.split("/")
        kind = words[-2] if len(words) > 1 else ""
        data = self._data.get(f"{words[0]}/{kind}", self._data.get(kind, {}))
        if data:
            values = _words(google, path)
            for field in data.get("drop", ()):
                resource.pop(field, None)
            _merge(resource, _filled(data.get("output", {}), values), replace=True)
            _merge(resource, _filled(data.get("default", {}), values), replace=False)
        if self._hook is not None:
            self._hook(google, path, resource, created)
        return resource


def by_schema(
    google: State,
    document: Document,
    schema: str,
    path: str,
    resource: Resource,
    *,
    created: bool,
) -> None:
    """Fill in the fields that APIs have in common: times, links, ids, etags, states, defaults."""
    serial = google.store.serial
    for name, kind in document.properties(schema).items():
        if name in {"etag", "fingerprint", "labelFingerprint"} and kind.get("type") == "string":
            resource[name] = base64.b64encode(f"{name[0]}{serial()}".encode()).decode()
        elif name in _UPDATED and kind.get("type") == "string":
            resource[name] = _time(google, kind)
        elif name in {"region", "zone"} and (place := re.search(rf"/{name}s/([^/]+)/", path)):
            scope = path.partition(f"/{name}s/")[0]
            resource[name] = link(document.api, document.version, f"{scope}/{name}s/{place[1]}")
        elif name in resource or kind.get("type") != "string":
            continue
        elif name in _CREATED:
            resource[name] = _time(google, kind)
        elif name == "selfLink":
            resource[name] = link(document.api, document.version, path)
        elif name in _DRAWN and (name != "id" or kind.get("format") in {"uint64", "int64"}):
            resource[name] = _filled(_DRAWN[name], invented(google))
        elif name in {"state", "status"} and created:
            good = [state for state in _GOOD if state in kind.get("enum", ())]
            resource |= {name: good[0]} if good else {}
        elif (name == "kind" and kind.get("default")) or (
            kind.get("default") and created and not kind.get("readOnly")
        ):
            resource[name] = kind["default"]


def link(api: str, version: str, path: str) -> str:
    """Return the address of a resource at the real Google: links always have that host."""
    base = _LINKED.get(api) or f"{api}.googleapis.com/{version}"
    return f"https://{base}/{path}"


def _time(google: State, kind: Mapping[str, Any]) -> str:
    """Return the time in the format of a field: milliseconds since 1970, or a string."""
    has_number = kind.get("format") in {"int64", "uint64"}
    return str(int(google.now.timestamp() * 1000)) if has_number else google.stamp


def project_of(path: str) -> str:
    """Return the project in a path, empty without one."""
    found = re.search(r"(?:^|/)projects/([^/:]+)", path)
    return found[1] if found else ""


def invented(google: State) -> dict[str, str]:
    """Return values as Google draws them: 19 digits, a UUID, ten and three letters and digits."""
    drawn = digest(f"offline/{google.store.serial()}")
    return {
        "digits": str(10**18 + int(drawn[:15], 16)),
        "uuid": str(uuid.UUID(drawn[:32], version=4)),
        "hash": drawn[-10:],
        "hex": drawn[-13:-10],
    }


def _words(google: State, path: str) -> dict[str, str]:
    project = project_of(path)
    place = re.search(r"/(?:locations|regions|zones)/([^/]+)", path)
    number = google.number(project) if project else ""
    return {
        **invented(google),
        "project": project,
        "number": number,
        "numbered": re.sub(r"(^|/)projects/[^/]+", rf"\1projects/{number}", path, count=1),
        "location": place[1] if place else "",
        "name": path.rpartition("/")[2],
        "path": path,
        "key": digest(path)[:6],
        "serial": str(google.store.serial()),
        "octet": str(google.store.serial() % 250 + 2),
        "now": google.stamp,
    }


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {key: _filled(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, words) for item in value]
    return value


def _merge(into: Resource, values: Mapping[str, Any], *, replace: bool) -> None:
    for key, value in values.items():
        held = into.get(key)
        if isinstance(value, dict) and isinstance(held, dict):
            _merge(held, value, replace=replace)
        elif replace or held is None:
            into[key] = copy.deepcopy(value)
