"""Service Usage: the service agents of APIs."""

from typing import Any

from facts import iam
from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import project_number
from offline.services.behavior import Value, on_create


@on_create("google_project_service_identity")
def service_identity(value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Return the address of the service agent. Source: Service Usage, generateServiceIdentity."""
    api = str(value["service"]).removesuffix(".googleapis.com")
    email = iam.service_agent(api, project_number(str(value["project"])))
    return {"email": email, "member": f"serviceAccount:{email}"}
