"""What a rule sees: the planned resource, what it was, and the cloud around it, with ways to look
things up.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.protocol.values import UNKNOWN
from offline.provider_facts import facts, fill

Block = Mapping[str, Any]

_PROJECT = re.compile(r"(?:^|/)projects/([^/]+)/")


def at(block: Block | None, path: str) -> Any:
    """Value at a dotted path, the first of every block on the way; None when absent or unknown."""
    result: Any = block
    for step in path.split("."):
        if isinstance(result, list | tuple):
            result = result[0] if result else None
        if not isinstance(result, Mapping):
            return None
        result = result.get(step)
    return None if result is UNKNOWN else result


def blocks(block: Block | None, path: str) -> list[Block]:
    """All blocks at a dotted path, from every instance of the blocks on the way."""
    result: list[Block] = [block] if isinstance(block, Mapping) else []
    for step in path.split("."):
        result = [inner for outer in result for inner in _listed(outer.get(step))]
    return result


def _listed(value: Any) -> Iterator[Block]:
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list | tuple):
        yield from (item for item in value if isinstance(item, Mapping))


def text(block: Block | None, path: str) -> str:
    """Return the string at a path, empty when absent or unknown."""
    value = at(block, path)
    return value if isinstance(value, str) else ""


def number(block: Block | None, path: str) -> float | None:
    """Return the number at a path, also when it is written as text."""
    value = at(block, path)
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def last(reference: str) -> str:
    """Return the name in a reference: what follows the last slash."""
    return reference.rsplit("/", 1)[-1]


def project_of(block: Block) -> str:
    """Return the project of a resource: its own, or that of what it is named after or belongs to;
    empty when not known.
    """
    named = text(block, "project") or text(block, "project_id")
    if named:
        return named.removeprefix("projects/")
    for key in ("secret", "instance", "network", "key_ring", "service_account_id", "name", "id"):
        if match := _PROJECT.search(text(block, key)):
            return match[1]
    return ""


@dataclass(frozen=True)
class RuleContext:
    """One resource about to be created, updated or deleted.

    `planned` is the whole resource as it will be (on delete: as it is), `prior` as it was, None
    on create.
    """

    type: str
    planned: Block
    prior: Block | None
    cloud: FakeCloud
    quotas: Quotas

    @property
    def creating(self) -> bool:
        """Whether it does not exist yet."""
        return self.prior is None

    @cached_property
    def project(self) -> str:
        """Its project, empty when not known."""
        return project_of(self.planned)

    @property
    def region(self) -> str:
        """Its region or location, empty for a global one."""
        return last(text(self.planned, "region") or text(self.planned, "location"))

    @cached_property
    def id(self) -> str:
        """The id it has or will have, empty when something for it is not known yet."""
        form = facts(self.type).id_format
        known = {key: value for key, value in self.planned.items() if value is not UNKNOWN}
        try:
            return text(self.prior, "id") or (fill(form, known) if form else "")
        except KeyError:
            return ""

    def unknown(self, *names: str) -> bool:
        """Whether one of some attributes at the top is not known yet."""
        return any(self.planned.get(name) is UNKNOWN for name in names)

    def get(self, path: str) -> Any:
        """Value of the planned resource, see `at`."""
        return at(self.planned, path)

    def text(self, path: str) -> str:
        """Return a string of the planned resource, see `text`."""
        return text(self.planned, path)

    def number(self, path: str) -> float | None:
        """Return a number of the planned resource, see `number`."""
        return number(self.planned, path)

    def blocks(self, path: str) -> list[Block]:
        """Blocks of the planned resource, see `blocks`."""
        return blocks(self.planned, path)

    def all(self, type_: str, *, everywhere: bool = False) -> list[Block]:
        """List the resources of a type in the same project, or in all projects."""
        with self.cloud.lock:
            items = list(self.cloud.resources.get(type_, {}).values())
        if everywhere or not self.project:
            return list(items)
        return [item for item in items if project_of(item) in ("", self.project)]

    def others(self, type_: str, *, everywhere: bool = False) -> list[Block]:
        """List the resources of a type except this one."""
        own = text(self.prior, "id")
        return [
            resource
            for resource in self.all(type_, everywhere=everywhere)
            if not (own and type_ == self.type and text(resource, "id") == own)
        ]

    def references(self, type_: str, *paths: str) -> Iterator[tuple[Block, str]]:
        """Yield every reference at some paths of every resource of a type, with the resource."""
        for resource in self.all(type_):
            for path in paths:
                head, _, tail = path.rpartition(".")
                for block in blocks(resource, head) if head else [resource]:
                    value = block.get(tail)
                    for reference in value if isinstance(value, list | tuple) else [value]:
                        if isinstance(reference, str):
                            yield resource, reference

    def find(self, type_: str, reference: str, *, region: str = "") -> Block | None:
        """Return the resource that a reference means: an id, a self link, an email, or a bare name
        (in a region if given).
        """
        if not reference:
            return None
        for resource in self.all(type_, everywhere="/" in reference or "@" in reference):
            names = [text(resource, key) for key in _KEYS]
            linked = any(name and _path(name) == _path(reference) for name in names)
            if linked and (not region or _place(resource) in ("", region)):
                return resource
        return None


_KEYS = ("id", "self_link", "name", "email", "secret_id", "repository_id", "account_id", "bucket")


def _place(block: Block) -> str:
    return last(text(block, "region") or text(block, "location"))


def _path(reference: str) -> str:
    """Return a reference without the host and version before `projects/`."""
    start = reference.find("projects/")
    return reference[start:] if start >= 0 else reference


def seconds(value: str) -> float | None:
    """Seconds of a duration such as `300s`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)s", value)
    return None if match is None else float(match[1])
