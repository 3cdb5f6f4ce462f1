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

from offline.schema.blocks import Block

_IAM = re.compile(r"^(google_\w+)_iam_(member|binding|policy|audit_config)$")
_PLACE = re.compile(r"\{(\w+)(\+?)\}")
_CASED = ("principal:", "principalSet:", "principalHierarchy:")


def iam_kind(type_: str) -> str | None:
    """Return what an IAM resource manages: member, binding, policy or audit_config."""
    match = _IAM.match(type_)
    return match[2] if match else None


def named(type_: str, block: Block, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the id of an IAM resource, and the arguments that its Read function rewrites.

    `known` are its known values with the project, region and zone of the provider.
    """
    match = _IAM.match(type_)
    forms = _forms()
    if match is None or match[1] not in forms["whole"] | forms["kept"]:
        return {}
    is_whole = match[1] in forms["whole"]
    form = forms["whole" if is_whole else "kept"][match[1]]
    argument = _PLACE.findall(form)[-1][0]
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
    parts = [parent, *_parts(match[2], known | result)]
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


@cache
def _forms() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("iam.json").read_text(encoding="utf-8")
    content: dict[str, dict[str, str]] = json.loads(text)
    return content
