"""What `terraform import` and import blocks find in the cloud by an import ID.

Source: google/tpgresource/import.go, google/tpgiamresource/resource_iam_*.go (the functions
`iam…Import`) and the pages of the types in website/docs/r of the provider at v6.50.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.engine.iam import iam_kind
from offline.engine.identity import SCOPES, facts_of, format_of, iam_parents, matches
from offline.engine.labels import unmanaged
from offline.protocol.contract import ProviderError, Settings, Value
from offline.protocol.values import conform
from offline.provider_facts import facts, parse_import
from offline.schema.blocks import Block

_PLACE = re.compile(r"\{([\w.]+)(\+?)(?:\|\w+)?\}")
_IAM_PARTS = {
    "member": (3, "Member", "role member [condition_title]"),
    "binding": (2, "Binding", "role [condition_title]"),
    "audit_config": (2, "AuditConfig", "service"),
    "policy": (1, "Policy", ""),
}
"""By kind: parts of an ID, and the words of the provider for it and for what follows the name."""


def import_resource(
    type_: str, block: Block, id_: str, settings: Settings, cloud: FakeCloud
) -> Value:
    """Return the state of an existing resource, as it is before it is managed.

    Raises:
        ProviderError: the type has no import, the ID another form, or nothing has the ID.
    """
    if format_of(type_).no_import:
        raise ProviderError(f"resource {type_} doesn't support import")
    live = cloud.get(type_, id_) or next(_candidates(type_, block, id_, settings, cloud), None)
    if live is None:
        raise ProviderError(
            "Cannot import non-existent remote object",
            "While attempting to import an existing object, the provider detected that no "
            f'object exists with the id "{id_}". Only pre-existing objects can be imported.',
        )
    state = conform(block, live)
    for name in (*facts(type_).virtual_fields, "timeouts"):
        if name in state:
            fact = facts_of(type_).of(name)
            state[name] = fact.default if fact.has_default else None
    unmanaged(block, state)
    return state


def attributes_of(type_: str, id_: str, settings: Settings) -> Mapping[str, str]:
    """Return the attributes that an import ID gives.

    Raises:
        ProviderError: it has none of the forms that the provider accepts.
    """
    accepted = facts(type_).import_formats or format_of(type_).import_
    attributes = parse_import(type_, id_) if facts(type_).import_formats else _parsed(accepted, id_)
    if attributes is None:
        if not accepted:
            return {"id": id_}
        patterns = " ".join(f"^{_pattern(form)}$" for form in accepted)
        raise ProviderError(
            f'Import id "{id_}" doesn\'t match any of the accepted formats: [{patterns}]'
        )
    # An instance of Cloud SQL in another region than the provider's is found by its name alone.
    named = {place[1] for form in accepted for place in _PLACE.finditer(form)} | {"project"}
    return {**{k: str(settings[k]) for k in SCOPES if k in settings and k in named}, **attributes}


def _candidates(
    type_: str, block: Block, id_: str, settings: Settings, cloud: FakeCloud
) -> Iterator[Value]:
    kind = iam_kind(type_)
    if kind is None:
        wanted = attributes_of(type_, id_, settings)
        yield from (live for live in cloud.of(type_) if matches(live, wanted))
        return
    parts = id_.split()
    count, noun, rest = _IAM_PARTS[kind]
    if len(parts) < count:
        raise ProviderError(
            f"Wrong number of parts to {noun} id [{' '.join(parts)}]; expected "
            f"'resource_name {rest}'."
        )
    keys = rest.split()[: count - 1]
    wanted = dict(zip(keys, parts[1:count], strict=True))
    title = " ".join(parts[count:])
    for live in cloud.of(type_):
        condition = live.get("condition") or [{}]
        if (
            all(str(live.get(key)).lower() == value.lower() for key, value in wanted.items())
            and (condition[0].get("title") or "") == title
            and _is_at(block, live, parts[0], settings)
        ):
            yield live


def _is_at(block: Block, live: Mapping[str, Any], name: str, settings: Settings) -> bool:
    """Say whether a grant is on the resource of a name: the last part of the name, and the scopes
    that it has or that the provider adds.
    """
    steps = name.split("/")
    parents = [str(value) for value in iam_parents(block, live) if value]
    if not any(value.rsplit("/", 1)[-1] == steps[-1] for value in parents):
        return False
    scopes = [str(live[scope]) for scope in SCOPES if live.get(scope)]
    known = {*steps, *(str(settings[key]) for key in SCOPES if key in settings)}
    known |= {str(settings.get("region"))}
    return len(steps) == 1 or all(scope in known for scope in scopes)


def _parsed(forms: tuple[str, ...], text: str) -> dict[str, str] | None:
    matches_ = (re.fullmatch(_pattern(form), text) for form in forms)
    return next((match.groupdict() for match in matches_ if match), None)


def _pattern(form: str) -> str:
    """Return the regular expression of a form, as the provider writes it."""
    return _PLACE.sub(lambda place: f"(?P<{place[1]}>{'.+' if place[2] else '[^/]+'})", form)
