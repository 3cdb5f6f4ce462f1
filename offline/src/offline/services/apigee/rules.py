"""Apigee: what an organization of its billing type may have, and in which order its parts come."""

from offline.provider_facts.ids import project_number
from offline.services.context import Block, RuleContext, text
from offline.services.registry import rule

ORGANIZATION = "google_apigee_organization"
ENVIRONMENT = "google_apigee_environment"
INSTANCE = "google_apigee_instance"
INSTANCE_ATTACHMENT = "google_apigee_instance_attachment"
DEPLOYMENT = "google_apigee_sharedflow_deployment"
NAT_ADDRESS = "google_apigee_nat_address"


def organization(context: RuleContext) -> Block | None:
    """Return the organization that a part belongs to, which it names in one of several ways."""
    named = (context.text(key) for key in ("org_id", "instance_id", "envgroup_id"))
    reference = next((item for item in named if item), "").removeprefix("organizations/")
    name = reference.partition("/")[0]
    resources = (
        resource
        for resource in context.all(ORGANIZATION, everywhere=True)
        if text(resource, "name") == name
    )
    return next(resources, None) if name else None


def _evaluation(context: RuleContext) -> bool:
    return text(organization(context), "billing_type") == "EVALUATION"


def _of_organization(context: RuleContext, type_: str) -> list[Block]:
    """List the resources of a type in the same organization."""
    name = text(organization(context), "name")
    places = (f"organizations/{name}/", f"{name}/")
    return [
        resource
        for resource in context.all(type_, everywhere=True)
        if text(resource, "id").startswith(places)
    ]


@rule(ORGANIZATION)
def network_or_peering_disabled(context: RuleContext) -> str | None:
    """Reject a cloud organization with neither a network to peer with nor disable_vpc_peering, or
    with both.
    """
    if context.text("runtime_type") == "HYBRID" or context.unknown(
        "authorized_network", "disable_vpc_peering"
    ):
        return None
    if bool(context.text("authorized_network")) != (context.get("disable_vpc_peering") is True):
        return None
    return (
        "exactly one of authorized_network and disable_vpc_peering must be set for runtime type "
        "CLOUD"
    )


@rule(ENVIRONMENT)
def nodes(context: RuleContext) -> str | None:
    """Reject a number of nodes in an evaluation organization, or more of them at least than at
    most.
    """
    if not context.blocks("node_config"):
        return None
    least = context.number("node_config.min_node_count")
    most = context.number("node_config.max_node_count")
    if _evaluation(context) and (least or most):
        return "nodeConfig can not be set for an environment of an evaluation organization"
    if least and most and least > most:
        return f"nodeConfig: minNodeCount {least:.0f} is greater than maxNodeCount {most:.0f}"
    return None


@rule(NAT_ADDRESS)
def nat_name(context: RuleContext) -> str | None:
    """Reject a NAT address whose name is longer than 20 characters."""
    name = context.text("name")
    return f"NAT address name {name!r} exceeds 20 characters" if len(name) > 20 else None


@rule(INSTANCE)
def one_instance(context: RuleContext) -> str | None:
    """Reject a second instance in an evaluation organization."""
    if not context.creating or not _evaluation(context) or not _of_organization(context, INSTANCE):
        return None
    return "an evaluation organization can have only one instance"


@rule(INSTANCE)
def paid_disk_key(context: RuleContext) -> str | None:
    """Reject an instance of a paid organization without a key for its disks, or with one
    elsewhere.
    """
    if organization(context) is None or context.unknown("disk_encryption_key_name"):
        return None
    key = context.text("disk_encryption_key_name")
    if not key:
        return None if _evaluation(context) else "diskEncryptionKeyName is required"
    parts = key.split("/")
    if "locations" in parts[:-1] and parts[parts.index("locations") + 1] != context.region:
        return f"the disk encryption key {key} must be in the location of the instance"
    return None


@rule(ORGANIZATION, INSTANCE)
def key_granted(context: RuleContext) -> str | None:
    """Reject a key that Apigee's service agent may not encrypt with."""
    names = ("runtime_database_encryption_key_name", "disk_encryption_key_name")
    key = next((context.text(name) for name in names if context.text(name)), "")
    project = context.text("project_id") or text(organization(context), "project_id")
    agent = f"service-{project_number(project)}@gcp-sa-apigee.iam.gserviceaccount.com"
    for resource in context.all("google_kms_crypto_key_iam_member", everywhere=True):
        able = text(resource, "role") == "roles/cloudkms.cryptoKeyEncrypterDecrypter"
        if able and text(resource, "crypto_key_id") == key and agent in text(resource, "member"):
            return None
    return (
        f"Permission 'cryptoKeyVersions.useToEncrypt' denied on {key} for {agent}" if key else None
    )


@rule(DEPLOYMENT)
def base_has_no_shared_flows(context: RuleContext) -> str | None:
    """Reject a shared flow in a Base environment, the default of an organization that is paid
    for.
    """
    if _evaluation(context):
        return None
    for item in _of_organization(context, ENVIRONMENT):
        if text(item, "name") == context.text("environment") and text(item, "type") == "BASE":
            name = context.text("environment")
            return f"environment {name} of type BASE does not allow shared flows"
    return None


@rule(DEPLOYMENT)
def environment_attached(context: RuleContext) -> str | None:
    """Reject a deployment to an environment that no instance has."""
    name = context.text("environment")
    if organization(context) is None or not name:
        return None
    attachments = _of_organization(context, INSTANCE_ATTACHMENT)
    if any(text(attachment, "environment") == name for attachment in attachments):
        return None
    return f"environment {name} is not attached to any instance"


@rule("google_apigee_flowhook")
def shared_flow_deployed(context: RuleContext) -> str | None:
    """Reject a flow hook whose shared flow is not deployed in its environment."""
    flow, name = context.text("sharedflow"), context.text("environment")
    if organization(context) is None or not flow or not name:
        return None
    for resource in context.all(DEPLOYMENT, everywhere=True):
        if text(resource, "sharedflow_id") == flow and text(resource, "environment") == name:
            return None
    return f"shared flow {flow} is not deployed in environment {name}"


@rule("google_apigee_envgroup")
def unique_hostnames(context: RuleContext) -> str | None:
    """Reject a host name that another environment group has."""
    for resource in context.others(context.type, everywhere=True):
        taken = set(resource.get("hostnames") or ()) & set(context.get("hostnames") or ())
        if taken:
            return f"hostname {min(taken)} is already used by {text(resource, 'id')}"
    return None


@rule(INSTANCE, when="delete")
def instance_in_use(context: RuleContext) -> str | None:
    """Reject deleting an instance that an endpoint group leads to, or that has an environment."""
    service = context.text("service_attachment")
    for resource in context.all("google_compute_region_network_endpoint_group", everywhere=True):
        if service and text(resource, "psc_target_service") == service:
            return f"instance {context.text('name')} is in use by {text(resource, 'id')}"
    for item in context.all(INSTANCE_ATTACHMENT, everywhere=True):
        if text(item, "instance_id") == context.id:
            return f"instance {context.text('name')} has environment {text(item, 'environment')}"
    return None


@rule("google_apigee_sharedflow", when="delete")
def flow_in_use(context: RuleContext) -> str | None:
    """Reject deleting a shared flow that is deployed."""
    for resource in context.all(DEPLOYMENT, everywhere=True):
        if text(resource, "sharedflow_id") == context.text("name"):
            return (
                f"revision {text(resource, 'revision')} of shared flow {context.text('name')} is "
                "deployed "
                f"in environment {text(resource, 'environment')}"
            )
    return None
