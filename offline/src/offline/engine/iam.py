"""What the state of an IAM resource has: its id, the resource that it is about, and its members.

Source: google/tpgiamresource/iam.go and resource_iam_*.go of the provider at v6.50.0. iam.json has
what `GetResourceId` of each family gives. The last place of a form is the argument that names the
resource. The state has the whole form in that argument (`whole`), or the configured text (`kept`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from offline.provider_facts import AttributeFacts
from offline.schema.blocks import Block

_IAM = re.compile(r"^(google_\w+)_iam_(member|binding|policy|audit_config)$")
_PLACE = re.compile(r"\{(\w+)(\+?)\}")
_NAMES = "CompareSelfLinkOrResourceName"
_CASED = ("principal:", "principalSet:", "principalHierarchy:")


def iam_kind(type_: str) -> str | None:
    """Return what an IAM resource manages: member, binding, policy or audit_config."""
    match = _IAM.match(type_)
    return match[2] if match else None


def arguments(type_: str) -> dict[str, AttributeFacts]:
    """Return the facts of the arguments that all families share; empty for another type."""
    form, _ = _form(type_)
    if not form:
        return {}
    each = AttributeFacts(same_if="CaseDiffSuppress")
    return {
        "member": AttributeFacts(force_new=True, same_if="iamMemberCaseDiffSuppress"),
        "members": AttributeFacts(each=each),
        _argument(form): AttributeFacts(force_new=True, same_if=_NAMES),
        "project": AttributeFacts(force_new=True, same_if="CompareProjectName"),
    }


def named(type_: str, block: Block, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the id of an IAM resource, and the arguments that its Read function rewrites.

    `known` are its known values with the project, region and zone of the provider.
    """
    form, is_whole = _form(type_)
    argument = _argument(form)
    if not isinstance(known.get(argument), str):
        return {}
    places = _places(form, known[argument], known)
    parent = _PLACE.sub(lambda at: places[at[1]], form) if places else str(known[argument])
    result: dict[str, Any] = {}
    if is_whole:
        result = {name: text for name, text in (places or {}).items() if name in block.attributes}
        result[argument] = parent
    if "member" in known:
        result["member"] = normalized(known["member"])
    if "members" in known:
        result["members"] = [normalized(member) for member in known["members"]]
    parts = [parent, *_parts(str(iam_kind(type_)), {**known, **result})]
    return result | {"id": "/".join(parts)}


def normalized(member: str) -> str:
    """Return a member as policies have it: names of people and accounts are in lower case."""
    prefix = next((word for word in ("deleted:", "iamMember:") if member.startswith(word)), "")
    kind, colon, name = member.removeprefix(prefix).partition(":")
    if kind.startswith("all") or f"{kind}:" in _CASED:
        return member
    return f"{prefix}{kind}{colon}{name.lower()}"


def _parts(kind: str, known: Mapping[str, Any]) -> list[str]:
    """Return what follows the name of the resource in an id."""
    if kind == "audit_config":
        return [kind, str(known.get("service"))]
    keys = {"member": ("role", "member"), "binding": ("role",)}.get(kind, ())
    parts = [str(known.get(key)) for key in keys]
    if keys and (condition := known.get("condition")):
        fields = ("title", "description", "expression")
        parts += [condition[0].get(field) or "" for field in fields]
    return parts


def _places(form: str, text: str, known: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what the places of a form have: from a whole name, or from its last parts.

    Returns:
        None if the text and the other arguments do not give all of them.
    """
    pattern = _PLACE.sub(lambda at: f"(?P<{at[1]}>{'.+' if at[2] else '[^/]+'})", form)
    if match := re.fullmatch(f"(?:v1/)?{pattern.removeprefix('v1/')}", text):
        return match.groupdict()
    names, parts = [name for name, _ in _PLACE.findall(form)], text.split("/")
    given = parts if len(parts) <= len(names) else parts[-1:]
    places = {**known, **dict(zip(reversed(names), reversed(given), strict=False))}
    if any(not isinstance(places.get(name), str) for name in names):
        return None
    return {name: places[name] for name in names}


def _form(type_: str) -> tuple[str, bool]:
    """Return the form of an id, empty for an unknown family, and whether the state has it whole."""
    match, forms = _IAM.match(type_), _forms()
    family = match[1] if match else ""
    whole = forms["whole"].get(family, "")
    return (whole, True) if whole else (forms["kept"].get(family, ""), False)


def _argument(form: str) -> str:
    return next((name for name, _ in reversed(_PLACE.findall(form))), "")


@cache
def _forms() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("iam.json").read_text(encoding="utf-8")
    content: dict[str, dict[str, str]] = json.loads(text)
    return content
