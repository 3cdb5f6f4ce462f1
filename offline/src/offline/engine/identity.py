"""Who a resource is: its id and its links.

Types with facts follow the forms in them. All others follow formats.json, read from the
provider's source at v6.50.0: `id` (what its Create function sets), `import` (ParseImportId), `path`
of its Compute self link, `version` of its schema, and by the dotted path of an argument
`force_new`, `default` and `same_if` (DiffSuppressFunc); `no_update`, `no_import`: it has no such
function, and without an update `force_new` has top-level arguments alone. For all types:
`computed_blocks` are nested blocks that are Optional and Computed, `unread` top-level arguments
that its Read function does not set, `read_if_sent` those that it sets if the API sends them,
`state` the StateFunc of arguments, `late_project`: it plans no project, `read`: how Read
writes names of other resources (offline.engine.references), `paths`: the forms in which arguments
name others too, `customize_diff`: the functions that
plan scopes and labels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from offline.engine import answers, iam
from offline.engine.iam import iam_kind, named
from offline.protocol.contract import Settings, Value
from offline.protocol.values import UNKNOWN
from offline.provider_facts import MISSING, AttributeFacts, TypeFacts, facts, fill
from offline.provider_facts.ids import PLACE_OF, made_up
from offline.schema.blocks import Block

COMPUTE = "https://www.googleapis.com/compute/v1/"

_PLACE = re.compile(r"\{(\w+)(\+?)\}")
SCOPES = ("project", "region", "zone", "location")
_PATH = re.compile(r"(projects|locations|regions|zones)/([^/]+)")


@dataclass(frozen=True)
class Format:
    """What formats.json says of a type; empty where the source does not say it in one form."""

    id: str = ""
    path: str = ""
    import_: tuple[str, ...] = ()
    version: int = 0
    force_new: tuple[str, ...] = ()
    default: Mapping[str, Any] = field(default_factory=dict)
    same_if: Mapping[str, str] = field(default_factory=dict)
    no_update: bool = False
    no_import: bool = False
    computed_blocks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    read_if_sent: tuple[str, ...] = ()
    state: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    late_project: bool = False
    customize_diff: tuple[str, ...] = ()


@cache
def _formats() -> dict[str, Any]:
    text = Path(__file__).with_name("formats.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


@cache
def format_of(type_: str) -> Format:
    """Return how a type is named."""
    raw = dict(_formats().get(type_, {}))
    return Format(**{"import_" if k == "import" else k: _frozen(v) for k, v in raw.items()})


@cache
def facts_of(type_: str) -> TypeFacts:
    """Return the facts of a type; of one without a file, what formats.json says."""
    known, form = facts(type_), format_of(type_)
    if known.known:
        stored = {n: replace(known.of(n), state_function=f) for n, f in form.state.items()}
        return replace(known, attributes={**known.attributes, **stored}) if stored else known
    attributes = {
        name: AttributeFacts(
            force_new=name in form.force_new,
            default=form.default.get(name, MISSING),
            same_if=form.same_if.get(name),
            state_function=form.state.get(name),
            each=AttributeFacts(same_if=form.same_if.get(name)),
        )
        for name in {*form.force_new, *form.default, *form.same_if, *form.state}
    } | iam.arguments(type_)
    return replace(
        known,
        attributes=attributes,
        no_update=form.no_update,
        customize_diff=form.customize_diff,
    )


def identity(type_: str, block: Block) -> frozenset[str]:
    """Return the settable attributes that are part of a type's id: another value is another
    resource.
    """
    places = {match[1] for match in _PLACE.finditer(format_of(type_).id)}
    if iam_kind(type_):
        places |= set(block.attributes) - {"etag", "policy_data", "members"}
    result = places | {"name", "project", "region", "zone", "location"}
    return frozenset(n for n in result if n in block.attributes and block.attributes[n].settable)


def complete(
    type_: str, block: Block, value: Value, settings: Settings, extra: Mapping[str, str]
) -> Value:
    """Return a value with its id, and all that follows from its attributes in the provider's
    formats.

    `extra` are values beyond the attributes that a format may ask for. What still is UNKNOWN is
    left so.
    """
    result = {**value, **named(type_, block, places(value, settings))}
    told = {name: form for name, form in answers.forms(type_).items() if isinstance(form, str)}
    forms = {**told, **facts(type_).computed}
    own = id_form(type_)
    while True:
        known = {PLACE_OF: type_, **places(result, settings), **extra}
        before = sum(item is UNKNOWN for item in result.values())
        for name, form in forms.items():
            if result.get(name) is UNKNOWN and name in block.attributes:
                result[name] = _filled(form, known, block.attributes[name].type)
        if result.get("id") is UNKNOWN and own:
            result["id"] = _filled(own, known, "string")
        if before == sum(entry is UNKNOWN for entry in result.values()):
            break
    if result.get("id") is UNKNOWN and own:
        empty = {
            n: "" for n, a in block.attributes.items() if a.settable
        }  # `main//db`: a user of any host
        result["id"] = _filled(
            _emptied(own, empty, places(result, settings)), places(result, settings), "string"
        )
    if result.get("id") is UNKNOWN:
        result["id"] = _made_up_id(type_, block, places(result, settings))
    if result.get("name") is UNKNOWN:
        result["name"] = result["id"]
    if result.get("self_link") is UNKNOWN:
        path = _filled(format_of(type_).path.split("?")[0], places(result, settings), "string")
        base = COMPUTE if type_.startswith("google_compute_") else ""
        result["self_link"] = base + (result["id"] if path is UNKNOWN or not path else path)
    return result


def id_form(type_: str) -> str:
    """Return the form of a type's ids: where the source does not say it, the longest one that an
    import accepts. Empty for a type without one.
    """
    known = facts(type_).id_format or format_of(type_).id
    return known or next(iter(format_of(type_).import_), "").replace("+}", "}")


def seed(type_: str, value: Mapping[str, Any]) -> str:
    """Return what made-up values of a resource depend on: its type and its id."""
    return f"{type_}/{value.get('id')}"


def matches(live: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Say whether a resource is the one that an import id names; links and bare names are the
    same.
    """
    return all(key not in live or _last(live[key]) == _last(value) for key, value in wanted.items())


def project_of(value: Mapping[str, Any], settings: Settings) -> str | None:
    """Return the project that a resource lies in: its own, that of a resource it names, or the
    provider's.
    """
    own = value.get("project")
    if isinstance(own, str) and own:
        return own.removeprefix("projects/")
    for item in value.values():
        match = _PATH.search(item) if isinstance(item, str) else None
        if match and match[1] == "projects":
            return match[2]
    default = settings.get("project")
    return default if isinstance(default, str) else None


def places(value: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the known values with the project, region and zone, of the provider if not its own."""
    known = {key: item for key, item in value.items() if item is not UNKNOWN and item is not None}
    for scope in ("region", "zone"):
        if scope not in known and scope in settings:
            known[scope] = settings[scope]
    if project := project_of(known, settings):
        known["project"] = project
    return known


def _filled(form: Any, known: Mapping[str, Any], type_: Any) -> Any:
    """Fill a form and give it the attribute's type; UNKNOWN while something for it is missing."""
    if isinstance(form, list):
        return [
            _filled(item, known, type_[1] if isinstance(type_, list) else "string") for item in form
        ]
    if not isinstance(form, str):
        return form
    try:
        text = fill(_PLACE.sub(r"{\1}", form), known)
    except KeyError:
        return UNKNOWN
    if type_ == "number":
        return int(text)
    return text == "true" if type_ == "bool" else text


def _emptied(form: str, empty: Mapping[str, str], known: Mapping[str, Any]) -> str:
    """Return a form without the places of arguments that are not set."""
    return _PLACE.sub(lambda m: m[0] if known.get(m[1]) else empty.get(m[1], m[0]), form)


def _made_up_id(type_: str, block: Block, known: Mapping[str, Any]) -> str:
    """Return an id for a type whose format is not known, in the style of Google's resource
    names.
    """
    scopes = [name for name in SCOPES if name == "project" or name in block.attributes]
    names = {"region": "location"} if not type_.startswith("google_compute_") else {}
    parts = [
        f"{names.get(scope, scope)}s/{known[scope]}"
        for scope in scopes
        if isinstance(known.get(scope), str)
    ]
    collection = type_.rsplit("_", 1)[-1] + "s"
    settable = {n: known[n] for n, a in block.attributes.items() if n in known and a.settable}
    name = settable.get("name") or made_up(
        "number", type_ + json.dumps(settable, sort_keys=True, default=str)
    )
    return "/".join([*parts, collection, str(name)])


def iam_parents(block: Block, known: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what an IAM resource is about: its required arguments other than who and what."""
    for name, attribute in block.attributes.items():
        if attribute.required and name not in {
            "role",
            "member",
            "members",
            "policy_data",
            "service",
        }:
            yield known.get(name)


def _last(value: Any) -> str:
    return str(value).rsplit("/", 1)[-1]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
