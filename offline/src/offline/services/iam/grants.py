"""Grants: what members, bindings, and policies of one resource do to each other.

Google keeps one allow policy for a resource. `_iam_member` adds to it, `_iam_binding` owns the
members of a role, `_iam_policy` owns all of it. Source: the notes at the top of
website/docs/r/google_project_iam.html.markdown of the provider 6.50.0.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.cloud.fake_cloud import FakeCloud

Grant = tuple[str, str, str]
"""Role, condition as JSON, and member."""

_TYPE = re.compile(r"(google_\w+)_iam_(member|binding|policy)$")
_NOT_PARENT = {"id", "etag", "role", "member", "members", "condition", "policy_data"}


def split(type_: str) -> tuple[str, str] | None:
    """Return the family of an IAM type, and `member`, `binding` or `policy`."""
    match = _TYPE.fullmatch(type_)
    return None if match is None else (match[1], match[2])


def parent(state: Mapping[str, Any]) -> dict[str, str]:
    """Return what a grant is on; links and bare names are the same."""
    return {
        key: value.rsplit("/", 1)[-1]
        for key, value in state.items()
        if isinstance(value, str) and value and key not in _NOT_PARENT
    }


def _is_same(own: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Report whether two grants are on one resource. Some types have no project in the state."""
    return all(own[key] == other[key] for key in own.keys() & other.keys())


def grants(kind: str, state: Mapping[str, Any]) -> set[Grant]:
    """Return what a member, binding, or policy grants."""
    if kind == "policy":
        return {
            (binding["role"], _condition(binding.get("condition")), member)
            for binding in json.loads(state.get("policy_data") or "{}").get("bindings", ())
            for member in binding.get("members", ())
        }
    members = [state.get("member")] if kind == "member" else state.get("members") or ()
    condition = _condition(state.get("condition"))
    return {(str(state.get("role")), condition, str(member)) for member in members}


def siblings(
    type_: str, state: Mapping[str, Any], cloud: FakeCloud
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield kind, type, and state of all that grants on the same resource."""
    place = split(type_)
    for kind in ("member", "binding", "policy") if place else ():
        name = f"{place[0]}_iam_{kind}" if place else ""
        for other in list(cloud.resources.get(name, {}).values()):
            if _is_same(parent(other), parent(state)):
                yield kind, name, other


def settle(type_: str, state: Mapping[str, Any], cloud: FakeCloud, *, gone: bool = False) -> None:
    """Change what else grants on a resource, after something was granted or taken away there."""
    place = split(type_)
    if place is None:
        return
    kind, own = place[1], grants(place[1], state)
    others = list(siblings(type_, state, cloud))
    held = set().union(*(grants(other_kind, other) for other_kind, _, other in others))
    if kind == "policy":
        held = set()
    elif kind == "binding":
        role = (str(state.get("role")), _condition(state.get("condition")))
        held = {grant for grant in held if grant[:2] != role}
    held = held - own if gone else held | own
    for other_kind, name, other in others:
        _adjust(other_kind, name, other, held, cloud)


def _adjust(
    kind: str, type_: str, state: dict[str, Any], held: set[Grant], cloud: FakeCloud
) -> None:
    own = grants(kind, state)
    changed: dict[str, Any]
    if kind == "policy":
        now, changed = held, {"policy_data": _policy(held)}
    else:
        role = (str(state.get("role")), _condition(state.get("condition")))
        now = {grant for grant in held if grant[:2] == role}
        now = now & own if kind == "member" else now
        changed = {"members": sorted(grant[2] for grant in now)}
    if now == own:
        return
    if not now and kind != "policy":
        cloud.delete(type_, state["id"])
    else:
        cloud.put(type_, state["id"], {**state, **changed}, action="update")


def _policy(held: set[Grant]) -> str:
    bindings: dict[tuple[str, str], list[str]] = {}
    for role, condition, member in sorted(held):
        bindings.setdefault((role, condition), []).append(member)
    return json.dumps(
        {
            "bindings": [
                {
                    **({"condition": json.loads(condition)} if condition else {}),
                    "members": members,
                    "role": role,
                }
                for (role, condition), members in bindings.items()
            ]
        },
        separators=(",", ":"),
    )


def _condition(value: Any) -> str:
    block = value[0] if isinstance(value, list) and value else value
    return json.dumps({k: v for k, v in block.items() if v}, sort_keys=True) if block else ""
