"""Grants of IAM: parts of a policy, read, changed and written as the provider does.

Source: google/tpgiamresource/iam.go and resource_iam_*.go of the provider at v6.50.0. `iam.json`
has the resource that the arguments of each family name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from offline.cloud.fake_cloud import Link
from offline.translation import grants
from offline.translation.expand import filled
from offline.translation.grants import Policy
from offline.translation.model import pattern
from offline.translation.remote import Key, Remote

Value = Mapping[str, Any]
POLICY = "policy:"
"""Begins the API of a link to a policy."""
_PARTS = ("auditConfigs", "bindings", "etag")
_TYPE = re.compile(r"(google_\w+)_iam_(member|binding|policy|audit_config)")


@cache
def _families() -> Mapping[str, Mapping[str, str]]:
    content = json.loads(Path(__file__).with_name("iam.json").read_text("utf-8"))
    return {name: family for name, family in content.items() if name != "source"}


@cache
def types() -> frozenset[str]:
    """Return the types of grants that are translated."""
    return frozenset(
        f"{family}_iam_{kind}"
        for family, known in _families().items()
        for kind in known.get("kinds", "member binding policy").split()
    )


class Grants:
    """Grants and revokes roles at a served Google."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def grant(self, type_: str, scope: Value) -> tuple[Link, str]:
        """Put a grant into a policy; returns the new etag too. Raises RemoteError."""
        family, kind = split(type_)
        path, scope = _path(family, scope), grants.normalized(scope)
        # The provider writes a whole policy without reading the one before.
        policy = {} if kind == "policy" else self._read(family, path)
        grants.add(kind, policy, scope)
        etag = self._write(family, path, policy)
        api, place = self._remote.key(path)
        return Link(POLICY + api, place, grants.seen(kind, policy, scope) or {}), etag

    def revoke(self, type_: str, scope: Value) -> None:
        """Take a grant out of a policy. Raises RemoteError."""
        family, kind = split(type_)
        path, scope = _path(family, scope), grants.normalized(scope)
        policy = {"etag": scope.get("etag", "")} if kind == "policy" else self._read(family, path)
        grants.remove(kind, policy, scope)
        self._write(family, path, policy)

    def _read(self, family: Mapping[str, str], path: str) -> Policy:
        verb = family.get("verb", ":getIamPolicy")
        key = (
            "optionsRequestedPolicyVersion" if verb == "/iam" else "options.requestedPolicyVersion"
        )
        is_post = family["read"] == "POST"
        body = {"options": {"requestedPolicyVersion": 3}} if is_post else None
        return self._remote.send(family["read"], path + verb, {} if is_post else {key: "3"}, body)

    def _write(self, family: Mapping[str, str], path: str, policy: Policy) -> str:
        """Write a policy and return its etag."""
        policy = {name: policy[name] for name in _PARTS if policy.get(name)} | {"version": 3}
        if family.get("verb") == "/iam":
            written = self._remote.send("PUT", f"{path}/iam", {}, policy)
        else:
            mask = {"updateMask": family["mask"]} if "mask" in family else {}
            body = {"policy": policy, **mask}
            written = self._remote.send("POST", f"{path}:setIamPolicy", {}, body)
        return str(written.get("etag", ""))


def current(policies: Mapping[Key, Policy], type_: str, link: Link) -> Mapping[str, Any] | None:
    """Return what a policy has of a grant now; None if it is gone."""
    policy = policies.get((link.api.removeprefix(POLICY), link.path), {})
    return grants.seen(split(type_)[1], policy, link.seen)


def attributes(type_: str, seen: Value) -> dict[str, Any]:
    """Return the attributes that a grant in a policy has."""
    return grants.attributes(split(type_)[1], seen)


def found(policies: Mapping[Key, Policy], type_: str) -> Iterator[tuple[Link, dict[str, Any]]]:
    """Yield the grants to members in all policies, with the attributes that name them."""
    family, kind = split(type_)
    if kind != "member":
        return
    api = family["path"].partition("/")[0]
    for (of, path), policy in policies.items():
        place = pattern(family["path"]).fullmatch(path) if of == api else None
        for binding in policy.get("bindings", ()) if place else ():
            for member in binding["members"]:
                seen = {
                    "role": binding["role"],
                    "member": member,
                    "condition": binding.get("condition"),
                }
                condition = [binding["condition"]] if binding.get("condition") else []
                named = {"role": binding["role"], "member": member, "condition": condition}
                named["etag"] = policy.get("etag", "")
                groups = place.groupdict() if place else {}
                yield Link(POLICY + of, path, seen), groups | named


def split(type_: str) -> tuple[Mapping[str, str], str]:
    """Return the family of a type, as `iam.json` has it, and its kind."""
    match = _TYPE.fullmatch(type_)
    if match is None:
        raise KeyError(type_)
    return _families()[match[1]], match[2]


def _path(family: Mapping[str, str], scope: Value) -> str:
    """Return the path of a resource; an argument that has the whole path counts by its end, one of
    KMS also without its collections, or without its project (kms.parseKmsKeyRingId).
    """
    template = family["path"]
    known = {
        name: item.rpartition("/")[2]
        if isinstance(item, str)
        and re.search(rf"/[a-z]\w*/\{{{name}\}}", template.partition("/v")[2])
        else item
        for name, item in scope.items()
    }
    if whole := re.search(r"\{(\w+_id)=(projects/\*/locations/[^}]*)\}", template):
        given = str(known.get(whole[1])).split("/")
        if given[0] != "projects":
            names = [str(scope.get("project")), *given][-whole[2].count("*") :]
            known[whole[1]] = whole[2].replace("*", "{}").format(*names)
    return filled(template, known)
