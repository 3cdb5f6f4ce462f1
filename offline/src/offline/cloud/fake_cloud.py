"""The fake cloud: what exists, what happened to it, and which names may not be used again.

A resource is kept as its provider would read it back: attribute names of Terraform's schema, lists
for blocks. Secrets that Terraform never stores (write-only arguments, ephemeral values) never
arrive here, see offline.engine.base.
"""

from __future__ import annotations

import copy
import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from offline.problems import CommandError, read_json

Attributes = dict[str, Any]

FORMAT = 1


@dataclass(frozen=True)
class Link:
    """Where a served Google has a resource, and its object when the attributes were read from it.

    `path` has no version.
    """

    api: str
    path: str
    seen: Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One thing that happened, in order.

    `number` counts from 1; `action` is create, update, delete, read, refuse or drift; `name` is the
    short name a person knows the resource by; `reason` says why something was rejected (empty
    otherwise).
    """

    number: int
    action: str
    type: str
    id: str
    name: str
    reason: str = ""


class FakeCloud:
    """Every resource by type and id, and the log of events, in a folder (JSON) or in memory.

    Safe to use from the many threads of a provider's server. A folder belongs to one process at a
    time. Reads give copies: change the cloud through its methods.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.resources: dict[str, dict[str, Attributes]] = {}
        self.events: list[Event] = []
        self.reserved_names: dict[str, list[str]] = {}
        self.links: dict[tuple[str, str], Link] = {}
        """By type and id, those of resources that a served Google has too."""
        self.unlink: Callable[[Link], None] = lambda _: None
        """Removes the object of a resource that is deleted."""
        self.directory: Path | None = None
        """Where Terraform works: relative paths of files start there."""
        self._created: set[tuple[str, str]] = set()
        self._lock = threading.RLock()
        self._lines: dict[tuple[str, str], str] = {}
        self._log: list[str] = []
        self._linked: dict[tuple[str, str], tuple[Link, str]] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._load()

    @property
    def lock(self) -> threading.RLock:
        """Lock for a check and the change that depends on it."""
        return self._lock

    def key(self, type_: str, value: Mapping[str, Any]) -> str:
        """Return its id, after its project where a resource of another project has that id."""
        id_, project = str(value.get("id")), value.get("project")
        with self._lock:
            held = self.resources.get(type_, {})
            other, scoped = held.get(id_, {}).get("project"), f"projects/{project}/{id_}"
        return scoped if scoped in held or (project and other and project != other) else id_

    def put(
        self,
        type_: str,
        id_: str,
        attributes: Attributes,
        *,
        action: str,
        link: Link | None = None,
    ) -> None:
        """Keep a resource and log `action` (create, update or drift)."""
        with self._lock:
            if link is not None:
                self.links[type_, id_] = link
            self.resources.setdefault(type_, {})[id_] = copy.deepcopy(attributes)
            self._lines.pop((type_, id_), None)
            self._append(action, type_, id_, _name(attributes, id_))
            self._save()

    def delete(self, type_: str, id_: str) -> None:
        """Remove a resource if it is there, and log it."""
        with self._lock:
            gone = self.resources.get(type_, {}).pop(id_, None)
            if not self.resources.get(type_):
                self.resources.pop(type_, None)
            if link := self.links.pop((type_, id_), None):
                self.unlink(link)
            if gone is not None:
                self._append("delete", type_, id_, _name(gone, id_))
                self._save()

    def get(self, type_: str, id_: str) -> Attributes | None:
        """Return a copy of one resource, None when it does not exist."""
        with self._lock:
            return copy.deepcopy(self.resources.get(type_, {}).get(id_))

    def was_created(self, type_: str, id_: str) -> bool:
        """Say whether a resource has an id, or a deleted one had it."""
        with self._lock:
            return id_ in self.resources.get(type_, {}) or (type_, id_) in self._created

    def count_created(self, type_: str) -> int:
        """Return how many resources of a type were created, with those deleted since."""
        with self._lock:
            return sum(type_ == created for created, _ in self._created)

    def of(self, type_: str) -> list[Attributes]:
        """Return copies of all resources of a type, in order of creation."""
        with self._lock:
            return copy.deepcopy(list(self.resources.get(type_, {}).values()))

    def drift(self, type_: str, id_: str, **changes: Any) -> None:
        """Change attributes outside of Terraform, as someone in the console would.

        Raises:
            KeyError: there is no such resource.
        """
        with self._lock:
            changed = self.resources[type_][id_] | changes
            self.put(type_, id_, changed, action="drift")

    def log(self, action: str, type_: str, id_: str, *, name: str = "", reason: str = "") -> None:
        """Log something that changed no resource: a read, or an error with the API's reason."""
        with self._lock:
            self._append(action, type_, id_, name or id_, reason)
            if action != "read":
                self._save()

    def reserve_name(self, type_: str, name: str) -> None:
        """Reserve what a deleted resource keeps for a while: its id, or the network it was in."""
        with self._lock:
            names = self.reserved_names.setdefault(type_, [])
            if name not in names:
                names.append(name)
            self._save()

    def is_name_reserved(self, type_: str, name: str) -> bool:
        """Say whether a name is still reserved by something deleted."""
        with self._lock:
            return name in self.reserved_names.get(type_, [])

    def release_names(self) -> None:
        """Release the reserved names, as if their time had passed."""
        with self._lock:
            self.reserved_names.clear()
            self._save()

    def _append(self, action: str, type_: str, id_: str, name: str, reason: str = "") -> None:
        self.events.append(Event(len(self.events) + 1, action, type_, id_, name, reason))
        if action == "create":
            self._created.add((type_, id_))

    @property
    def _file(self) -> Path | None:
        return None if self.folder is None else self.folder / "world.json"

    def _load(self) -> None:
        file = self._file
        if file is None or not file.exists():
            return
        held = read_json(file)
        if held.get("format") != FORMAT:
            raise CommandError(
                f"File {file} has an unknown format",
                f"Expected: {FORMAT}",
                f"Actual: {held.get('format')}",
                advice="Use the version of offline that wrote it, or run: offline world clear",
            )
        self.resources = held["resources"]
        self.reserved_names = held["tombstones"]
        self.events = [Event(**event) for event in held["events"]]
        self._created = {(one.type, one.id) for one in self.events if one.action == "create"}
        self.links = {
            (type_, id_): Link(api, path, seen)
            for type_, id_, api, path, seen in held.get("links", ())
        }

    def _save(self) -> None:
        """Write the whole file next to the old one, then swap: a kill leaves one or the other.

        A resource is a line of the file and is only written again when it has changed.
        """
        file = self._file
        if file is None:
            return
        self._log += [json.dumps(asdict(event)) for event in self.events[len(self._log) :]]
        types = []
        for type_, held in self.resources.items():
            lines = [self._line(type_, id_, attributes) for id_, attributes in held.items()]
            types.append(f"{json.dumps(type_)}: {{\n{_joined(lines)}\n}}")
        new = file.with_suffix(f".{os.getpid()}.new")
        new.write_text(
            f'{{"format": {FORMAT},\n"resources": {{\n{_joined(types)}\n}},\n'
            f'"tombstones": {json.dumps(self.reserved_names)},\n'
            f'"links": [\n{_joined(list(map(self._link, self.links)))}\n],\n'
            f'"events": [\n{_joined(self._log)}\n]}}\n',
            encoding="utf-8",
        )
        new.replace(file)

    def _line(self, type_: str, id_: str, attributes: Attributes) -> str:
        key = (type_, id_)
        if key not in self._lines:
            self._lines[key] = f"{json.dumps(id_)}: {json.dumps(attributes)}"
        return self._lines[key]

    def _link(self, key: tuple[str, str]) -> str:
        """Return the line of a link, which is only written again when it is another one."""
        link = self.links[key]
        line = self._linked.get(key)
        if line is None or line[0] is not link:
            text = json.dumps([*key, link.api, link.path, link.seen])
            line = self._linked[key] = link, text
        return line[1]


def _joined(lines: list[str]) -> str:
    return ",\n".join(lines)


def _name(attributes: Mapping[str, Any], id_: str) -> str:
    """Return the short name of a resource: its name, or its most specific key."""
    for key in ("name", "secret_id", "account_id", "service", "repository_id"):
        value = attributes.get(key)
        if isinstance(value, str) and value:
            return value.rsplit("/", 1)[-1]
    return id_
