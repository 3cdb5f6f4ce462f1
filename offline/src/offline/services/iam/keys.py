"""Keys of service accounts: the name, both halves, and how long they are valid."""

from __future__ import annotations

from itertools import count
from typing import Any

from offline import tokens
from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import NOW, digest
from offline.services.behavior import Value, on_create

_NEVER = "9999-12-31T23:59:59Z"
"""Page "Create and delete service account keys": a key that a user creates does not expire."""


@on_create("google_service_account_key")
def key(planned: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Create a key. Source: resource_google_service_account_key.go and ServiceAccountFQN of the
    provider; page projects.serviceAccounts.keys of the IAM reference.
    """
    account = str(planned.get("service_account_id"))
    email = account.rpartition("/")[2]
    if "@" not in email:
        email = f"{email}@{planned.get('project')}.iam.gserviceaccount.com"
    project = email.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
    parent = account if account.startswith("projects/") else f"projects/-/serviceAccounts/{email}"
    parent = parent.replace("projects/-/", f"projects/{project}/")
    key_ids = (digest(f"{parent}/{number}")[:40] for number in count())
    key_id = next(
        key_id
        for key_id in key_ids
        if not cloud.was_created("google_service_account_key", f"{parent}/keys/{key_id}")
    )
    name = f"{parent}/keys/{key_id}"
    return {
        "id": name,
        "name": name,
        "public_key": tokens.public_key(),
        "private_key": ""
        if planned.get("public_key_data")
        else tokens.credentials(project, email, key_id),
        "valid_after": NOW,
        "valid_before": _NEVER,
    }
