"""IAM policies of any resource: getIamPolicy, setIamPolicy, testIamPermissions.

Policies are read and written with an etag (page "Allow policies",
https://cloud.google.com/iam/docs/allow-policies).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from offline.serve.errors import ApiError

if TYPE_CHECKING:
    from offline.serve.discovery import Method
    from offline.serve.request import Request
    from offline.serve.state import State

_VERB = re.compile(r"(?:get|set)IamPolicy|testIamPermissions|testPermissions")
_SUFFIX = re.compile(
    r"(?:[:/](?:get|set)IamPolicy|[:/]testIamPermissions|/iam(?:/testPermissions)?)$"
)


class Policies:
    """The IAM policy of each resource."""

    def __init__(self, google: State) -> None:
        self._google = google

    def concerns(self, method: Method) -> bool:
        """Report whether a method reads or writes a policy, whatever the resource."""
        return bool(_VERB.fullmatch(method.verb_name))

    def get(self, api: str, path: str) -> dict[str, Any]:
        """Return the policy of a resource; a new one without bindings."""
        default = {"version": 1, "etag": _etag(0)}
        return self._google.store.policies.setdefault((api, path), default)

    def answer(self, request: Request) -> dict[str, Any]:
        """Answer one of the three methods."""
        path = _SUFFIX.sub("", request.path)
        given = {**request.query, **request.body}
        return self.act(request.api, path, request.method.verb_name, given)

    def act(self, api: str, path: str, verb: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Read, write or test the policy of a resource. Raises ApiError (409)."""
        if verb.startswith("test"):
            return {"permissions": given.get("permissions") or []}
        policy = self.get(api, path)
        if verb.startswith("get"):
            return dict(policy)
        new = given.get("policy", given)
        if new.get("etag") and new["etag"] != policy["etag"]:
            message = (
                "There were concurrent policy changes. Please retry the whole read-modify-write"
            )
            raise ApiError(409, message, "conflict", name="ABORTED")
        bindings = [binding for binding in new.get("bindings", []) if binding.get("members")]
        policy.clear()
        policy.update({"version": 1, **new, "etag": _etag(self._google.store.serial())})
        policy["bindings"] = bindings
        return dict(policy)


def _etag(number: int) -> str:
    return base64.b64encode(f"policy-{number}".encode()).decode()
