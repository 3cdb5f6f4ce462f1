"""Identity: roles, members and what they are granted on."""

import json
import re

from facts import roles
from offline.services.context import RuleContext, blocks, text
from offline.services.iam.grants import grants, siblings, split
from offline.services.registry import rule

_ROLE = re.compile(
    r"roles/[a-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*"
    r"|(projects/[a-z0-9:.-]+|organizations/\d+)/roles/[a-zA-Z0-9_.]{3,64}"
)


@rule("google_*")
def role_form(context: RuleContext) -> str | None:
    """Reject a role that no role looks like."""
    for role in _roles(context):
        if not _ROLE.fullmatch(role):
            return f"Role {role} is not supported for this resource., badRequest"
    return None


@rule("google_*")
def role_known(context: RuleContext) -> str | None:
    """Name a predefined role that is not on the list, which can lack the newest ones."""
    for role in _roles(context):
        if role.startswith("roles/") and role not in roles.predefined():
            near = roles.resembled(role)
            hint = f" Is {near[0]} meant?" if near else ""
            return f"Role {role} is not on the list of predefined roles.{hint}"
    return None


@rule("google_*")
def authoritative(context: RuleContext) -> str | None:
    """Name a binding or policy that owns a role which something else grants, too: each apply takes
    away what the other granted.
    """
    place = split(context.type)
    if place is None or context.unknown("policy_data", "members"):
        return None
    own = {grant[:2] for grant in grants(place[1], context.planned)}
    for kind, type_, other in siblings(context.type, context.planned, context.cloud):
        shared = own & {grant[:2] for grant in grants(kind, other)}
        is_self = type_ == context.type and (kind != "member" or not context.creating)
        if (
            {kind, place[1]} == {"member"}
            or is_self
            or not (shared or "policy" in (kind, place[1]))
        ):
            continue
        return (
            f"{type_} {text(other, 'id')} and this {context.type} own the same grants: each apply "
            "takes away what the other granted"
        )
    return None


def _roles(context: RuleContext) -> list[str]:
    """Return the roles that a grant of any kind names."""
    if not re.search(r"_iam_(member|binding|policy)$", context.type):
        return []
    policy = json.loads(context.text("policy_data") or "{}")
    named = [context.text("role"), *(text(item, "role") for item in blocks(policy, "bindings"))]
    return [role for role in named if role]


@rule("google_*")
def member_exists(context: RuleContext) -> str | None:
    """Reject a grant to a service account of a project of this cloud that does not exist there."""
    member = context.text("member")
    match = re.fullmatch(r"serviceAccount:([^@]+)@([a-z0-9-]+)\.iam\.gserviceaccount\.com", member)
    if match is None or not context.type.endswith("_iam_member"):
        return None
    email, project = member.partition(":")[2], match[2]
    if project.startswith("gcp-sa-") or not _ours(context, project):
        return None
    if context.find("google_service_account", email) is not None:
        return None
    return f"Service account {email} does not exist., badRequest"


def _ours(context: RuleContext, project: str) -> bool:
    """Whether service accounts of a project are made in this cloud."""
    return project == context.project or any(
        resource.get("project") == project
        for resource in context.all("google_service_account", everywhere=True)
    )


_PARENTS = {
    "google_artifact_registry_repository_iam_member": (
        "repository", "google_artifact_registry_repository", "Requested entity was not found.",
    ),
    "google_cloud_run_v2_job_iam_member": (
        "name", "google_cloud_run_v2_job", "Resource '{0}' of kind 'JOB' does not exist.",
    ),
    "google_cloud_run_v2_service_iam_member": (
        "name", "google_cloud_run_v2_service", "Resource '{0}' of kind 'SERVICE' does not exist.",
    ),
    "google_pubsub_topic_iam_member": (
        "topic", "google_pubsub_topic", "Resource not found (resource={0}).",
    ),
    "google_secret_manager_secret_iam_member": (
        "secret_id", "google_secret_manager_secret", "Secret [{0}] not found.",
    ),
    "google_service_account_iam_member": (
        "service_account_id", "google_service_account", "Unknown service account",
    ),
    "google_storage_bucket_iam_member": (
        "bucket", "google_storage_bucket", "The specified bucket does not exist., notFound",
    ),
}  # fmt: skip


@rule(*_PARENTS, code=404)
def parent_exists(context: RuleContext) -> str | None:
    """Reject a grant on something that does not exist."""
    key, parent, words = _PARENTS[context.type]
    name = context.text(key).removeprefix("b/")
    region = context.region if context.get("location") else ""
    if not name or context.find(parent, name, region=region) is not None:
        return None
    return words.format(name)


@rule("google_storage_bucket_iam_member", code=412)
def public_bucket(context: RuleContext) -> str | None:
    """Everyone as member of a bucket whose public access prevention is enforced."""
    bucket = context.find("google_storage_bucket", context.text("bucket").removeprefix("b/"))
    if bucket is None or context.text("member") not in ("allUsers", "allAuthenticatedUsers"):
        return None
    if bucket.get("public_access_prevention") != "enforced":
        return None
    return (
        "One or more users named in the policy do not belong to a permitted customer, or public "
        "access prevention is enforced on the bucket., conditionNotMet"
    )


def missing_account(context: RuleContext, reference: str) -> str | None:
    """Return the API's reason when a service account of the project does not exist."""
    email = reference.rpartition("/")[2]
    if not email.endswith(f"@{context.project}.iam.gserviceaccount.com"):
        return None
    if context.find("google_service_account", email) is not None:
        return None
    return f"Service account {email} does not exist., notFound"
