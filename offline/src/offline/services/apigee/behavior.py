"""Apigee: where instances are attached, and the state of addresses."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest
from offline.services.behavior import Value, on_create, on_read


@on_create("google_apigee_instance")
def instance(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Attach an instance in the project that Apigee has for the organization. Source: Apigee API,
    Instance.serviceAttachment.
    """
    name, place = str(value["org_id"]).rpartition("/")[2], value["location"]
    organizations = cloud.of("google_apigee_organization")
    held = next((one for one in organizations if one.get("project_id") == name), {})
    tenant = held.get("apigee_project_id") or f"t{digest(name)[:10]}-tp"
    attachment = f"apigee-{place}-{tenant.partition('-')[0]}"
    scope = f"projects/{tenant}/regions/{place}"
    return {"service_attachment": f"{scope}/serviceAttachments/{attachment}"}


@on_read("google_apigee_nat_address")
def address(value: Value) -> dict[str, Any]:
    """Use an address only once it is activated. Source: Apigee API, NatAddress.state."""
    return {"state": "ACTIVE"} if value.get("activate") else {}
