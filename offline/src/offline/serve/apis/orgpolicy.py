"""Organization Policy: what is in force where nothing was set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


@answers("orgpolicy.projects.policies.getEffectivePolicy")
def _effective(google: Google, request: Request) -> Resource:
    held = google.store.resources.get(("orgpolicy", request.path), {})
    return {"name": request.path, **held}
