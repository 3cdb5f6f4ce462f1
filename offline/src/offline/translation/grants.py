"""What members, bindings, policies, and audit configurations are in an IAM policy.

Source: resourceIamMemberCreate and its relatives in google/tpgiamresource/ of the provider at
v6.50.0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Value = Mapping[str, Any]
Policy = dict[str, Any]


_CASED = ("allAuthenticatedUsers", "allUsers", "principal:", "principalSet:", "principalHierarchy:")


def normalized(scope: Value) -> dict[str, Any]:
    """Return a resource's attributes with members as the provider writes them: in small letters.

    Source: normalizeMemberCasing in google/tpgiamresource/iam.go of the provider at v6.50.0.
    """
    result = dict(scope)
    if isinstance(scope.get("member"), str):
        result["member"] = _uncased(scope["member"])
    if isinstance(scope.get("members"), list):
        result["members"] = list(map(_uncased, scope["members"]))
    return result


def _uncased(member: str) -> str:
    parts = member.split(":", 2 if member.startswith("deleted:") else 1)
    if member.removeprefix("deleted:").startswith(_CASED):
        return member
    return ":".join([*parts[:-1], parts[-1].lower()])


def add(kind: str, policy: Policy, scope: Value) -> None:
    """Put what a resource grants into a policy."""
    if kind == "policy":
        policy.update(json.loads(scope["policy_data"]))
        return
    if kind == "audit_config":
        remove(kind, policy, scope)
        policy["auditConfigs"].append(
            {"service": scope["service"], "auditLogConfigs": _logs(scope)}
        )
        return
    bindings = policy.setdefault("bindings", [])
    own = next((one for one in bindings if _is_of(one, scope)), None)
    if kind == "binding" and own is not None:
        bindings.remove(own)
    if own is None or kind == "binding":
        own = {"role": scope["role"], "members": list(scope.get("members") or ())}
        if condition := _condition(scope):
            own["condition"] = condition
        bindings.append(own)
    if kind == "member" and scope["member"] not in own["members"]:
        own["members"].append(scope["member"])


def remove(kind: str, policy: Policy, scope: Value) -> None:
    """Take what a resource grants out of a policy."""
    if kind == "policy":
        policy.update(bindings=[], auditConfigs=[])
    elif kind == "audit_config":
        held = policy.get("auditConfigs", [])
        policy["auditConfigs"] = [one for one in held if one["service"] != scope["service"]]
    else:
        bindings = policy.get("bindings", [])
        for own in bindings:
            if _is_of(own, scope) and (kind == "binding" or scope["member"] in own["members"]):
                gone = own["members"] if kind == "binding" else [scope["member"]]
                own["members"] = [member for member in own["members"] if member not in gone]
        policy["bindings"] = [one for one in bindings if one["members"]]


def seen(kind: str, policy: Value, scope: Value) -> dict[str, Any] | None:
    """Return what a policy has of a resource; None for nothing.

    `scope` are the resource's attributes, or what the policy had of it before.
    """
    if kind == "policy":
        return {name: policy.get(name, []) for name in ("bindings", "auditConfigs")}
    if kind == "audit_config":
        held = policy.get("auditConfigs", ())
        return next((one for one in held if one["service"] == scope["service"]), None)
    own = next((one for one in policy.get("bindings", ()) if _is_of(one, scope)), None)
    if own is None or (kind == "member" and scope["member"] not in own["members"]):
        return None
    who = {"member": scope["member"]} if kind == "member" else {"members": sorted(own["members"])}
    return {"role": own["role"], "condition": own.get("condition"), **who}


def attributes(kind: str, held: Value) -> dict[str, Any]:
    """Return the attributes that follow from what a policy has of a resource."""
    if kind == "policy":
        policy = {name: items for name, items in held.items() if items}
        return {"policy_data": json.dumps(policy, separators=(",", ":"), sort_keys=True)}
    if kind == "audit_config":
        logs = [
            {"log_type": one["logType"], "exempted_members": one.get("exemptedMembers", [])}
            for one in held["auditLogConfigs"]
        ]
        return {"audit_log_config": logs}
    return {"members": held["members"]} if kind == "binding" else {}


def _logs(scope: Value) -> list[dict[str, Any]]:
    result = []
    for one in scope["audit_log_config"]:
        exempted = sorted(one.get("exempted_members") or ())
        result.append(
            {"logType": one["log_type"]} | ({"exemptedMembers": exempted} if exempted else {})
        )
    return result


def _is_of(binding: Value, scope: Value) -> bool:
    return binding["role"] == scope["role"] and (binding.get("condition") or {}) == _condition(
        scope
    )


def _condition(scope: Value) -> dict[str, str]:
    held = scope.get("condition") or {}
    if isinstance(held, list):
        held = held[0]
    return {name: item for name, item in held.items() if item}
