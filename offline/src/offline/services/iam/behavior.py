"""Identity and Access Management: service accounts as they are planned and created."""

from __future__ import annotations

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_answer, on_plan


@on_plan("google_service_account")
def email(prior: Value | None, planned: Value) -> dict[str, Any]:
    """Derive the email from account and project. Source: resourceServiceAccountCustomDiff."""
    account, project = planned.get("account_id"), planned.get("project")
    if prior is not None or not isinstance(account, str) or not isinstance(project, str):
        return {}
    address = f"{account}@{project}.iam.gserviceaccount.com"
    return {"email": address, "member": f"serviceAccount:{address}"}


@on_answer("google_service_account")
def enabled(_value: Value, _cloud: FakeCloud) -> dict[str, Any]:
    """Return that a new account is enabled: `disabled` has no effect at its creation.

    Source: documentation of google_service_account, argument `disabled`.
    """
    return {"disabled": False}
