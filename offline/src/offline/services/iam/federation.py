"""Workload identity federation, and grants that limit themselves."""

import re

from facts import iam
from offline.provider_facts.ids import project_number
from offline.services.context import RuleContext, text
from offline.services.registry import rule

POOL = "google_iam_workload_identity_pool"
PROVIDER = "google_iam_workload_identity_pool_provider"
_SHARED_ISSUERS = (
    "https://token.actions.githubusercontent.com",
    "https://gitlab.com",
    "https://app.terraform.io",
)
_POOL = re.compile(r"projects/[^/]+/locations/global/workloadIdentityPools/([^/]+)")


@rule(PROVIDER, code=404)
def pool_exists(context: RuleContext) -> str | None:
    """Reject a provider of a pool that does not exist."""
    pool = context.text("workload_identity_pool_id")
    if not pool or _pool(context, pool):
        return None
    return f"Requested entity was not found: workload identity pool {pool}."


@rule(PROVIDER)
def condition(context: RuleContext) -> str | None:
    """Reject an issuer that all its customers share, without a condition over the claims of a
    token.
    """
    issuer = context.text("oidc.issuer_uri").rstrip("/")
    if issuer not in _SHARED_ISSUERS or context.unknown("attribute_condition"):
        return None
    if re.search(r"\b(assertion|attribute|google)\.\w+", context.text("attribute_condition")):
        return None
    return (
        "The attribute condition must reference one of the provider's claims. For more "
        "information, see https://cloud.google.com/iam/docs/"
        "workload-identity-federation-with-deployment-pipelines#conditions"
    )


@rule(PROVIDER)
def subject(context: RuleContext) -> str | None:
    """Reject an OpenID Connect provider that does not map `google.subject`."""
    mapping = context.get("attribute_mapping")
    if not context.blocks("oidc") or context.unknown("attribute_mapping"):
        return None
    if isinstance(mapping, dict) and mapping.get("google.subject"):
        return None
    return "The attribute mapping must include a mapping for google.subject."


@rule(PROVIDER)
def sizes(context: RuleContext) -> str | None:
    """Reject a key or an expression of the attribute mapping, or a condition, that is too long."""
    mapping = context.get("attribute_mapping")
    for key, expression in mapping.items() if isinstance(mapping, dict) else ():
        if len(key.removeprefix("attribute.")) > iam.max_mapping_key():
            return f"The attribute key {key} exceeds {iam.max_mapping_key()} characters."
        if isinstance(expression, str) and len(expression) > iam.max_mapping_expression():
            most = iam.max_mapping_expression()
            return f"The mapping expression of {key} exceeds {most} characters."
    if len(context.text("attribute_condition")) > iam.max_attribute_condition():
        return f"The attribute condition exceeds {iam.max_attribute_condition()} characters."
    return None


@rule("google_*")
def member_pool_exists(context: RuleContext) -> str | None:
    """Reject a grant to identities of a pool of this project that does not exist.

    GKE has a pool for all clusters of a project, which no resource creates.
    """
    member = context.text("member")
    match = _POOL.search(member)
    if not context.type.endswith("_iam_member") or not match or not context.project:
        return None
    ours = member.startswith(
        tuple(
            f"{kind}://iam.googleapis.com/projects/{project_number(context.project)}/"
            for kind in ("principal", "principalSet")
        )
    )
    is_of_clusters = match[1].endswith(".svc.id.goog")
    if not ours or is_of_clusters or _pool(context, match[1]):
        return None
    return (
        f"Identity Pool does not exist ({match[0]}). Please check that you specified a valid "
        "resource name as returned in the `name` attribute in the configuration API., badRequest"
    )


@rule("google_project_iam_member")
def limited_grants(context: RuleContext) -> str | None:
    """Reject a limit on the roles that may be granted which names more than ten of them."""
    for expression in (text(item, "expression") for item in context.blocks("condition")):
        for listed in re.findall(r"modifiedGrantsByRole'[^)]*\)\.hasOnly\(\[([^]]*)\]", expression):
            most = iam.max_roles_in_condition()
            if listed.count("roles/") > most:
                return (
                    "Condition expression: hasOnly() takes a list of at most "
                    f"{most} roles., badRequest"
                )
    return None


@rule("google_project_iam_member")
def custom_role_exists(context: RuleContext) -> str | None:
    """Reject a custom role of a project that does not have it. A project of which the cloud has no
    custom role counts as set up elsewhere.
    """
    role = context.text("role")
    own = context.all("google_project_iam_custom_role")
    if not role.startswith(f"projects/{context.project}/roles/") or not own:
        return None
    if any(role in (text(item, "id"), text(item, "name")) for item in own):
        return None
    return f"Role {role} does not exist in the resource's hierarchy., badRequest"


def _pool(context: RuleContext, name: str) -> bool:
    return any(
        text(resource, "workload_identity_pool_id") == name for resource in context.all(POOL)
    )
