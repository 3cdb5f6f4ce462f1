"""Cloud Run: what must be there before a revision: account, secrets and grants, connector,
quota.
"""

from collections.abc import Iterator

from offline.services.context import Block, RuleContext, at, blocks, last, number, text
from offline.services.iam.holders import may_hold
from offline.services.registry import rule
from offline.services.run.resources import (
    GPU,
    JOB,
    SERVICE,
    containers,
    cpus,
    limits,
    mebibytes,
    template,
)

_REVISION = "Revision '{0}-00001-abc' is not ready and cannot serve traffic. "


@rule(SERVICE, JOB)
def account(context: RuleContext) -> str | None:
    """Reject a service account that does not exist."""
    email = text(template(context), "service_account")
    ours = email.endswith(f"@{context.project}.iam.gserviceaccount.com")
    if not ours or context.find("google_service_account", email) is not None:
        return None
    return (
        f"Permission 'iam.serviceaccounts.actAs' denied on service account {email} (or it may not "
        "exist)., forbidden"
    )


def _references(context: RuleContext) -> Iterator[tuple[str, str, str]]:
    """Secrets that a revision reads: where it says so, the secret, the version."""
    for index, container in containers(context):
        for position, env in enumerate(blocks(container, "env")):
            for secret_key_ref in blocks(env, "value_source.secret_key_ref"):
                spec = f"spec.template.spec.containers[{index}].env[{position}]"
                where = f"{spec}.value_from.secret_key_ref.name"
                yield (
                    where,
                    text(secret_key_ref, "secret"),
                    text(secret_key_ref, "version") or "latest",
                )
    for position, volume in enumerate(blocks(template(context), "volumes")):
        for secret in blocks(volume, "secret"):
            where = f"spec.template.spec.volumes[{position}].secret"
            versions = [text(item, "version") for item in blocks(secret, "items")] or ["latest"]
            for version in versions:
                yield where, text(secret, "secret"), version or "latest"


def _version(context: RuleContext, secret: Block, version: str) -> Block | None:
    """Return a version of a secret, `latest` the newest; None when there is none."""
    resources = [
        resource
        for resource in context.all("google_secret_manager_secret_version", everywhere=True)
        if last(text(resource, "secret")) == text(secret, "secret_id")
        and _same_project(text(resource, "secret"), text(secret, "project"))
    ]
    if version == "latest":
        return max(resources, key=lambda item: number(item, "version") or 0, default=None)
    return next((entry for entry in resources if str(entry.get("version")) == version), None)


def _same_project(reference: str, project: str) -> bool:
    return not reference.startswith("projects/") or f"projects/{project}/" in reference


@rule(SERVICE, JOB)
def secret_versions(context: RuleContext) -> str | None:
    """Reject a secret or version that does not exist or is not enabled."""
    words = _REVISION.format(context.text("name"))
    for where, reference, version in _references(context):
        if not _ours(context, reference):
            continue
        shown = f"projects/{context.project}/secrets/{last(reference)}/versions/{version}"
        secret = context.find("google_secret_manager_secret", reference)
        result = None if secret is None else _version(context, secret, version)
        if result is None:
            return f"{words}{where}: Secret {shown} was not found"
        if result.get("enabled") is False:
            return f"{words}{where}: Secret version {shown} is in state DISABLED"
    return None


def _ours(context: RuleContext, reference: str) -> bool:
    foreign = "projects/" in reference and f"projects/{context.project}/" not in reference
    return bool(reference) and not foreign


@rule(SERVICE, JOB, code=403)
def secret_grants(context: RuleContext) -> str | None:
    """Reject a secret that the revision's service account may not read, by a grant on the secret or
    the project.
    """
    email = text(template(context), "service_account")
    if not email:
        return None
    for where, reference, version in _references(context):
        if not _ours(context, reference) or _granted(context, f"serviceAccount:{email}", reference):
            continue
        shown = f"projects/{context.project}/secrets/{last(reference)}/versions/{version}"
        return (
            f"{_REVISION.format(context.text('name'))}{where}: Permission denied on secret: "
            f"{shown} for Revision "
            f"service account {email}. The service account used must be granted the "
            "'Secret Manager Secret "
            "Accessor' role (roles/secretmanager.secretAccessor) at the secret, project "
            "or higher level."
        )
    return None


def _granted(context: RuleContext, member: str, secret: str) -> bool:
    place = ("google_secret_manager_secret", "secret_id", secret)
    basic = frozenset({"roles/owner"})
    return may_hold(context, member, "secretmanager.versions.access", on=place, basic=basic)


@rule(SERVICE, JOB)
def connector(context: RuleContext) -> str | None:
    """Reject a connector that does not exist or is in another region, or a subnet that does not
    exist.
    """
    for vpc_access in blocks(template(context), "vpc_access"):
        reference = text(vpc_access, "connector")
        if _ours(context, reference) and not context.find(
            "google_vpc_access_connector", reference, region=context.region
        ):
            return (
                f"VPC connector {reference} does not exist, or Cloud Run does not have "
                "permission to use it."
            )
        for interface in blocks(vpc_access, "network_interfaces"):
            subnet = text(interface, "subnetwork")
            if _ours(context, subnet) and not context.find(
                "google_compute_subnetwork", subnet, region=context.region
            ):
                return f"Subnetwork {subnet} does not exist in region {context.region}."
    return None


def max_usage(context: RuleContext) -> dict[str, float]:
    """Return the quota that a service uses in its region at its maximum of instances."""
    most = number(template(context), "scaling.max_instance_count") or 0
    asked = [limits(container) for _, container in containers(context)]
    return {
        "run_cpu": most * sum(cpus(item.get("cpu") or "1") or 0 for item in asked),
        "run_memory_gib": most
        * sum(mebibytes(entry.get("memory") or "512Mi") or 0 for entry in asked)
        / 1024,
        "run_gpu": most * any(GPU in element for element in asked),
    }


@rule(SERVICE)
def quota(context: RuleContext) -> str | None:
    """More CPU, memory or instances at the maximum of instances than the region gives the
    project.
    """
    most = number(template(context), "scaling.max_instance_count")
    if not most:
        return None
    needs = max_usage(context)
    cpu, memory = needs["run_cpu"] / most, needs["run_memory_gib"] * 1024 / most
    place = {"project": context.project, "region": context.region}
    allowed_cpu = context.quotas.limit("run_cpu", **place)
    allowed_memory = context.quotas.limit("run_memory_gib", **place) * 1024
    violated = []
    if cpu * most > allowed_cpu:
        violated.append(
            f"CpuAllocPerProjectRegion requested: {cpu * most * 1000:.0f} allowed: "
            f"{allowed_cpu * 1000:.0f}"
        )
    if memory * most > allowed_memory:
        violated.append(
            f"MemAllocPerProjectRegion requested: {memory * most * 2**20:.0f} "
            f"allowed: {allowed_memory * 2**20:.0f}"
        )
    fewer = min(allowed_cpu // (cpu or 1), allowed_memory // (memory or 1))
    instances = context.quotas.limit("run_instances", **place)
    if not violated and most > instances:
        violated, fewer = (
            [f"InstanceLimit requested: {most:.0f} allowed: {instances:.0f}"],
            instances,
        )
    if not violated:
        return None
    return (
        f"template.scaling.maxInstanceCount: Max instances must be set to {fewer:.0f} or "
        "fewer to set the "
        "requested total CPU. Consider running your workload in a region with greater capacity, or "
        "requesting an increase in quota for this region if you are seeing sustained "
        "usage near this "
        "limit, see https://cloud.google.com/run/quotas. Quota violated: " + " ".join(violated)
    )


@rule(SERVICE, JOB)
def gpu_quota(context: RuleContext) -> str | None:
    """More GPUs at the maximum of instances than the region gives the project."""
    if not any(GPU in limits(container) for _, container in containers(context)):
        return None
    most = number(template(context), "scaling.max_instance_count") or 1
    allowed = context.quotas.limit("run_gpu", project=context.project, region=context.region)
    zonal = at(template(context), "gpu_zonal_redundancy_disabled") is True
    metric = f"NvidiaL4GpuAlloc{'No' if zonal else ''}ZonalRedundancyPerProjectRegion"
    if most <= allowed:
        return None
    return (
        f"template.scaling.maxInstanceCount: Max instances must be set to {allowed:.0f} "
        "or fewer to set the "
        f"requested GPU. Quota violated: {metric} requested: {most:.0f} allowed: {allowed:.0f}"
    )
