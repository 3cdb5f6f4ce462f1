"""What is known of a type's translation, read from `types/<type>.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "types"
_PLACE = re.compile(r"\{(\w+)(?:=([^}]*))?\}")


@dataclass(frozen=True)
class Field:
    """How an attribute or a block differs from its name in camelCase.

    `api` is its path in the API's object. `send_empty`: sent even if it is empty. `form`: a name
    becomes this path. `link`: a reference to a resource of this collection, such as
    `global/networks`, is sent as its path. `key`: the API has a map by this attribute of the
    block's elements. `kind` names a conversion of `expand.KINDS`, `read` one of `flatten.UNREAD` if
    that is another one. `located`: sent with the value of the provider too.
    """

    api: str = ""
    send_empty: bool = False
    form: str = ""
    link: str = ""
    key: str = ""
    kind: str = ""
    read: str = ""
    located: bool = False


@dataclass(frozen=True)
class Call:
    """A request: verb, and templates of path and query."""

    verb: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Call:
        """Read `POST run/v2/projects/{project}/jobs?jobId={name}`."""
        verb, _, target = text.partition(" ")
        path, _, query = target.partition("?")
        return cls(verb, path, dict(part.split("=", 1) for part in query.split("&") if part))


@dataclass(frozen=True)
class Update:
    """One request of an update: sent when one of `when` changes, always if that is empty.

    `if_` are values that attributes must have. It has the fields of a creation without `unsent`,
    or `sends` alone. `mask` has the changed attributes whose entry in `updateMask` is not their
    path; None sends no mask. `is_partial` sends only arguments that change. `keeps` is a field of
    the object that the request repeats, such as its fingerprint; `within` is the field of the body
    that has the arguments.
    """

    call: Call
    when: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()
    sends: frozenset[str] | None = None
    mask: Mapping[str, str] | None = None
    if_: Mapping[str, Any] = field(default_factory=dict)
    is_partial: bool = False
    keeps: str = ""
    within: str = ""

    def applies(self, known: Mapping[str, Any]) -> bool:
        """Report whether the attributes have the values of `if_`."""
        return all(known.get(name) == value for name, value in self.if_.items())


@dataclass(frozen=True)
class Translation:
    """How a type becomes requests.

    `read` is the path of its object, `read_with` that of one with an argument; `sends` are the
    arguments of a creation; `after` follows it; the first of `deletes` that applies deletes. An
    object that has one of the values of `gone` does not exist any more for the provider. A resource
    that has an argument of `unless` is created in another way, which is not translated. `source` is
    the file of the provider at v6.50.0. A path begins with the API and has its version. `parts` are
    fields that the store keeps apart, each with what it keeps them under; an import reads them. In
    `read`, `{name=projects/*/secrets/*}` is an attribute with a whole path.
    """

    type: str
    source: str
    create: Call
    read: str
    sends: tuple[str, ...] = ()
    updates: tuple[Update, ...] = ()
    after: tuple[Update, ...] = ()
    deletes: tuple[Update, ...] = ()
    gone: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    read_with: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)

    def object_path(self, known: Mapping[str, Any]) -> str:
        """Return the template of the path of an object with these attributes."""
        paths = (path for name, path in self.read_with.items() if known.get(name))
        return next(paths, self.read)

    def field(self, path: str) -> Field:
        """Return how an attribute differs, by its dotted path."""
        return self.fields.get(path, _REGULAR)

    def api_path(self, path: str) -> str:
        """Return where an attribute is inside its parent's object."""
        return self.field(path).api or camel_case(path.rpartition(".")[2])

    def is_gone(self, held: Mapping[str, Any] | None) -> bool:
        """Report whether the provider finds no resource in an object."""
        return held is None or any(held.get(name) in values for name, values in self.gone.items())

    @property
    def named(self) -> frozenset[str]:
        """The attributes in the path of the object."""
        return frozenset(name for name, _ in _PLACE.findall(self.read))

    @property
    def names_itself(self) -> bool:
        """Whether the API chooses the name of a new object."""
        return "name" in self.named and "name" not in self.sends and "{name}" not in self.given

    @property
    def has_long_name(self) -> bool:
        """Whether the attribute `name` is the whole path of the object."""
        return re.search(r"/\{name=[^}]+\}$", self.read) is not None

    @property
    def given(self) -> str:
        """What a creation says in its path and query."""
        return " ".join((self.create.path, *self.create.query.values()))

    @property
    def pattern(self) -> re.Pattern[str]:
        """The path of an object in the store, with its attributes as groups."""
        return pattern(self.read)


_REGULAR = Field()


def camel_case(name: str) -> str:
    """Return a name as APIs write it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


@cache
def pattern(path: str) -> re.Pattern[str]:
    """Return what finds the objects of a path with API and version in a store."""
    path = re.sub(r"^.*?/(?:v\d\w*|alpha|beta)/", "", path)
    names: set[str] = set()
    text, at = "", 0
    for place in _PLACE.finditer(path):
        stars = {"*": "[^/]+", "**": ".+"}
        parts = re.split(r"(\*+)", place[2] or "*")
        inner = "".join(stars.get(part, re.escape(part)) for part in parts)
        text += re.escape(path[at : place.start()])
        text += f"(?P={place[1]})" if place[1] in names else f"(?P<{place[1]}>{inner})"
        names.add(place[1])
        at = place.end()
    return re.compile(text + re.escape(path[at:]))


@cache
def types() -> frozenset[str]:
    """Return the types that are translated."""
    return frozenset(file.stem for file in FOLDER.glob("google_*.json"))


@cache
def translation(type_: str) -> Translation | None:
    """Return how a type becomes requests; None if it is not translated."""
    if type_ not in types():
        return None
    raw: dict[str, Any] = json.loads((FOLDER / f"{type_}.json").read_text("utf-8"))
    create = Call.parse(raw["create"])
    read = raw["read"]
    return Translation(
        type=type_,
        source=raw["source"],
        create=create,
        read=read,
        sends=tuple(raw["sends"]),
        updates=tuple(map(_update, raw.get("updates", ()))),
        after=tuple(map(_update, raw.get("after", ()))),
        deletes=tuple(map(_update, raw.get("deletes", ({"request": f"DELETE {read}"},)))),
        gone={name: tuple(values) for name, values in raw.get("gone", {}).items()},
        unless=tuple(raw.get("unless", ())),
        parts=raw.get("parts", {}),
        read_with=raw.get("read_with", {}),
        fields={path: Field(**known) for path, known in raw.get("fields", {}).items()},
    )


def _update(raw: Mapping[str, Any]) -> Update:
    return Update(
        call=Call.parse(raw["request"]),
        when=frozenset(raw.get("when", ())),
        unsent=frozenset(raw.get("unsent", ())),
        sends=frozenset(raw["sends"]) if "sends" in raw else None,
        mask=raw.get("mask"),
        if_=raw.get("if", {}),
        is_partial=raw.get("changed", False),
        keeps=raw.get("keeps", ""),
        within=raw.get("within", ""),
    )
