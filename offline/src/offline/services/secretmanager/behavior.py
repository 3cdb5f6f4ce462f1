"""Secret Manager: version numbers."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import project_number
from offline.services.behavior import Value, on_create


@on_create("google_secret_manager_secret_version")
def secret_version(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Versions count from 1 and are never used again while the secret lives. Source: Secret
    Manager, AddSecretVersion.
    """
    project, name = _places(str(value["secret"]))
    number = 0
    for event in cloud.events:
        if event.type == "google_secret_manager_secret_version" and event.action == "create":
            secret, _, version = event.id.rpartition("/versions/")
            if _places(secret) == (project, name):
                number = max(number, int(version))
        elif event.type == "google_secret_manager_secret" and event.action == "delete":
            number = 0 if _places(event.id) == (project, name) else number
    return {"version": str(number + 1)}


def _places(secret: str) -> tuple[str, str]:
    """Return project and name of a secret; versions name their project by its number."""
    parts = secret.split("/")
    project = parts[1] if parts[0] == "projects" and len(parts) > 1 else ""
    return project if project.isdigit() or not project else project_number(project), parts[-1]
