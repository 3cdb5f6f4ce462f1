"""Resources of a served Google that Terraform did not create, as resources of their types."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.cloud.fake_cloud import Link
from offline.schema.blocks import Block
from offline.serve.store import Store
from offline.translation import flatten, iam, services
from offline.translation.model import translation, types


@dataclass(frozen=True)
class Made:
    """What the API has of a resource: the attributes that it answers, and the link."""

    attributes: dict[str, Any]
    link: Link | None


def translated() -> frozenset[str]:
    """Return all types that a served Google has too."""
    return types() | iam.types() | {services.TYPE}


def found(
    store: Store, schemas: Mapping[str, Block], links: Iterable[Link]
) -> Iterator[tuple[str, Made]]:
    """Yield what has no link: type, attributes, and the new link."""
    known = {_key(link) for link in links}
    for type_, block in schemas.items():
        for made in _of(store, type_, block):
            if made.link is not None and _key(made.link) not in known:
                yield type_, made


def _of(store: Store, type_: str, block: Block) -> Iterator[Made]:
    if type_ in iam.types():
        for link, attributes in iam.found(store.policies, type_):
            yield Made(_in_project(block, link.path, attributes), link)
    elif type_ == services.TYPE:
        for project, names in store.enabled.items():
            for name in names:
                link = Link(services.API, name, {"project": project})
                yield Made({"project": project, "service": name}, link)
    elif known := translation(type_):
        api = known.read.partition("/")[0]
        for (of, path), held in list(store.resources.items()):
            place = known.pattern.fullmatch(path) if of == api else None
            if place and not known.is_gone(held):
                parts = {name: store.resources.get((at, path)) for name, at in known.parts.items()}
                whole = {**held, **parts, **({"name": path} if known.has_long_name else {})}
                attributes = place.groupdict() | flatten.attributes(known, block, whole)
                if known.has_long_name:
                    attributes["name"] = held.get("name", path)
                link = Link(api, path, copy.deepcopy(held))
                yield Made(_in_project(block, path, attributes), link)


def _in_project(block: Block, path: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Return attributes with the project of a path, for a type that has one."""
    project = re.search(r"(?:^|/)projects/([^/]+)", path)
    if project is None or "project" not in block.attributes:
        return attributes
    return {"project": project[1]} | attributes


def _key(link: Link) -> tuple[str, ...]:
    """Return the key that distinguishes a resource from others."""
    parts: tuple[str, ...] = ("project",) if link.api == services.API else ()
    if link.api.startswith(iam.POLICY):
        parts = ("role", "member", "condition")
    return (link.api, link.path, *(str(link.seen.get(name)) for name in parts))
