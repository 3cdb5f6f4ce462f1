"""Identity and Access Management: the email of a service account, known at plan."""

from __future__ import annotations

from typing import Any

from offline.services.behavior import Value, on_plan


@on_plan("google_service_account")
def email(prior: Value | None, planned: Value) -> dict[str, Any]:
    """Derive the email from account and project. Source: resourceServiceAccountCustomDiff."""
    account, project = planned.get("account_id"), planned.get("project")
    if prior is not None or not isinstance(account, str) or not isinstance(project, str):
        return {}
    address = f"{account}@{project}.iam.gserviceaccount.com"
    return {"email": address, "member": f"serviceAccount:{address}"}
