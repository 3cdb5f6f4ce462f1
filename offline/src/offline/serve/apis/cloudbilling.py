"""Cloud Billing: every project has the same account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.given import BILLING_ACCOUNT
from offline.serve.computed import project_of
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

ACCOUNT = f"billingAccounts/{BILLING_ACCOUNT}"


@answers("cloudbilling.projects.getBillingInfo")
def _info(google: Google, request: Request) -> Resource:
    given = {
        "name": request.path,
        "projectId": project_of(request.path),
        "billingAccountName": ACCOUNT,
        "billingEnabled": True,
    }
    return given | google.store.resources.get(("cloudbilling", request.path), {})


@answers("cloudbilling.billingAccounts.get")
def _account(google: Google, request: Request) -> Resource:
    """Return an account: every account that a request names exists and is open."""
    return {"name": request.path, "displayName": "Billing account", "open": True} | (
        google.store.resources.get(("cloudbilling", request.path), {})
    )
