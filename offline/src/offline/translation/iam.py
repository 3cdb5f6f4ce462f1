"""Grants of IAM: a member of a policy, read, changed and written as the provider does.

Source: google/tpgiamresource/iam.go and resource_iam_member.go of the provider at v6.50.0.
`iam.json` has the resource that the arguments of each family name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from offline.cloud.fake_cloud import Link
from offline.serve.served import Served
from offline.translation.expand import filled
from offline.translation.remote import Remote

Value = Mapping[str, Any]
POLICY = "policy:"
"""Begins the API of a link to a policy."""
_TYPE = re.compile(r"(google_\w+)_iam_member")


@cache
def _families() -> Mapping[str, Mapping[str, str]]:
    content = json.loads(Path(__file__).with_name("iam.json").read_text("utf-8"))
    return {name: family for name, family in content.items() if name != "source"}


def types() -> frozenset[str]:
    """Return the types of grants that are translated."""
    return frozenset(f"{family}_iam_member" for family in _families())


class Grants:
    """Grants and revokes roles at a served Google."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def grant(self, type_: str, scope: Value) -> tuple[Link, str]:
        """Add a member to the binding of a role; returns the new etag too. Raises RemoteError."""
        family = _family(type_)
        path = _path(family, scope)
        bindings, etag = self._read(family, path)
        own = next((one for one in bindings if _is_of(one, scope)), None)
        if own is None:
            own = {"role": scope["role"], "members": []}
            if condition := _condition(scope):
                own["condition"] = condition
            bindings.append(own)
        if scope["member"] not in own["members"]:
            own["members"].append(scope["member"])
        etag = self._write(family, path, bindings, etag)
        api, place = self._remote.key(path)
        seen = {"role": own["role"], "member": scope["member"], "condition": own.get("condition")}
        return Link(POLICY + api, place, seen), etag

    def revoke(self, type_: str, scope: Value) -> None:
        """Take a member out of the binding of a role. Raises RemoteError."""
        family = _family(type_)
        path = _path(family, scope)
        bindings, etag = self._read(family, path)
        for own in bindings:
            if _is_of(own, scope) and scope["member"] in own["members"]:
                own["members"].remove(scope["member"])
        self._write(family, path, [one for one in bindings if one["members"]], etag)

    def _read(self, family: Mapping[str, str], path: str) -> tuple[list[dict[str, Any]], str]:
        verb = family.get("verb", ":getIamPolicy")
        key = (
            "optionsRequestedPolicyVersion" if verb == "/iam" else "options.requestedPolicyVersion"
        )
        is_post = family["read"] == "POST"
        body = {"options": {"requestedPolicyVersion": 3}} if is_post else None
        policy = self._remote.send(family["read"], path + verb, {} if is_post else {key: "3"}, body)
        return policy.get("bindings", []), policy.get("etag", "")

    def _write(
        self,
        family: Mapping[str, str],
        path: str,
        bindings: Sequence[Mapping[str, Any]],
        etag: str,
    ) -> str:
        """Write a policy and return its etag."""
        policy = {"etag": etag, "version": 3} | ({"bindings": bindings} if bindings else {})
        if family.get("verb") == "/iam":
            written = self._remote.send("PUT", f"{path}/iam", {}, policy)
        else:
            written = self._remote.send("POST", f"{path}:setIamPolicy", {}, {"policy": policy})
        return str(written.get("etag", ""))


def is_granted(served: Served, link: Link) -> bool:
    """Tell whether a policy still has a member."""
    policy = served.store.policies.get((link.api.removeprefix(POLICY), link.path), {})
    return any(
        one["role"] == link.seen["role"]
        and link.seen["member"] in one["members"]
        and one.get("condition") == link.seen.get("condition")
        for one in policy.get("bindings", ())
    )


def _family(type_: str) -> Mapping[str, str]:
    found = _TYPE.fullmatch(type_)
    return _families()[found[1] if found else type_]


def _path(family: Mapping[str, str], scope: Value) -> str:
    """Return the path of a resource; an argument that has the whole path counts by its end."""
    template = family["path"]
    known = {
        name: item.rpartition("/")[2]
        if isinstance(item, str)
        and re.search(rf"/[a-z]\w*/\{{{name}\}}", template.partition("/v")[2])
        else item
        for name, item in scope.items()
    }
    return filled(template, known)


def _is_of(binding: Mapping[str, Any], scope: Value) -> bool:
    return binding["role"] == scope["role"] and (binding.get("condition") or {}) == _condition(
        scope
    )


def _condition(scope: Value) -> dict[str, str]:
    held = (scope.get("condition") or [{}])[0]
    return {name: item for name, item in held.items() if item}
