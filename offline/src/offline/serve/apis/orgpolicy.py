"""Organization Policy: versions of policies, and what is in force where nothing was set."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Say when the rules of a policy changed.

    Source: https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies#PolicySpec
    """
    for part in ("spec", "dryRunSpec"):
        if part in resource:
            etag = base64.b64encode(str(google.store.serial()).encode()).decode()
            resource[part] |= {"etag": etag, "updateTime": google.stamp}


@answers("orgpolicy.projects.policies.getEffectivePolicy")
def _effective(google: Google, request: Request) -> Resource:
    held = google.store.resources.get(("orgpolicy", request.path), {})
    return {"name": request.path, **held}
