"""Artifact Registry, DNS, KMS, Pub/Sub and project services: a few rules each."""

import re

from offline.rules.case import Case, blocks, text
from offline.rules.registry import rule

REPOSITORY = "google_artifact_registry_repository"


@rule(REPOSITORY, source="provider doc: artifact_registry_repository, 'cleanup_policies'")
def cleanup(case: Case) -> str | None:
    """A clean-up policy with most_recent_versions that deletes, one without a rule, or an id
    twice.
    """
    ids = [text(one, "id") for one in case.blocks("cleanup_policies")]
    for one in case.blocks("cleanup_policies"):
        name = text(one, "id")
        newest, condition = blocks(one, "most_recent_versions"), blocks(one, "condition")
        if newest and text(one, "action") == "DELETE":
            return (
                f"Cleanup policy {name}: most_recent_versions may only be used with action "
                "KEEP., invalid"
            )
        if bool(newest) == bool(condition):
            return (
                f"Cleanup policy {name}: exactly one of condition and most_recent_versions "
                "must be set., invalid"
            )
        if ids.count(name) > 1:
            return f"Cleanup policy {name} is defined twice., invalid"
    return None


@rule(REPOSITORY, source="doc: Artifact Registry REST, repositories.create")
def docker_only(case: Case) -> str | None:
    """Docker's settings on a repository of another format, or a remote mode without its
    settings.
    """
    format_ = case.text("format").upper()
    if case.blocks("docker_config") and format_ not in ("", "DOCKER"):
        return f"docker_config may only be set for format DOCKER, got {format_}., invalid"
    mode = case.text("mode")
    if mode == "REMOTE_REPOSITORY" and not case.blocks("remote_repository_config"):
        return "remote_repository_config is required for mode REMOTE_REPOSITORY., invalid"
    if mode == "VIRTUAL_REPOSITORY" and not case.blocks("virtual_repository_config"):
        return "virtual_repository_config is required for mode VIRTUAL_REPOSITORY., invalid"
    return None


@rule(
    "google_dns_managed_zone", source="doc: Cloud DNS REST, managedZones: dnsName ends with a dot"
)
def zone_name(case: Case) -> str | None:
    """A zone whose DNS name does not end with a dot."""
    name = case.text("dns_name")
    if not name or name.endswith("."):
        return None
    return f"Invalid value for 'entity.managedZone.dnsName': '{name}', invalid"


@rule("google_dns_record_set", source="API: 404 on the zone", code=404)
def zone_exists(case: Case) -> str | None:
    """A record in a zone that does not exist."""
    zone = case.text("managed_zone")
    if not zone or case.find("google_dns_managed_zone", zone) is not None:
        return None
    return f"The 'parameters.managedZone' resource named '{zone}' does not exist., notFound"


@rule("google_dns_record_set", source="doc: Cloud DNS, 'Records overview'; RFC 1034 section 3.6.2")
def record(case: Case) -> str | None:
    """A record outside its zone, a CNAME at its top or with several values, or an address that is
    none.
    """
    zone = case.find("google_dns_managed_zone", case.text("managed_zone"))
    name, type_, top = case.text("name"), case.text("type"), text(zone, "dns_name")
    values = [str(one) for one in case.get("rrdatas") or ()]
    if zone is not None and name != top and not name.endswith(f".{top}"):
        return f"Invalid value for 'entity.change.additions[0].name': '{name}', invalid"
    if type_ == "CNAME" and (name == top or len(values) > 1):
        return (
            "The resource record set 'entity.change.additions[0]' is invalid because a CNAME "
            f"'{name}' may not be at the zone apex or have more than one value., "
            "cnameResourceRecordSetConflict"
        )
    if type_ == "A" and any(not re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}", one) for one in values):
        return f"Invalid value for 'entity.change.additions[0].rrdata[0]': '{values[0]}', invalid"
    return None


@rule("google_kms_crypto_key", source="API: 404 on the key ring", code=404)
def ring_exists(case: Case) -> str | None:
    """A key in a ring that does not exist."""
    ring = case.text("key_ring")
    if not ring or case.find("google_kms_key_ring", ring) is not None:
        return None
    return f"KeyRing {ring} not found."


@rule("google_project_service", source="API: 404 on an unknown service", code=404)
def service(case: Case) -> str | None:
    """An API that is not one of Google's."""
    name = case.text("service")
    if not name or re.fullmatch(
        r"[a-z0-9-]+\.(googleapis\.com|cloud\.goog)|.+\.endpoints\..+\.cloud\.goog", name
    ):
        return None
    return (
        f"Not found or permission denied for service(s): {name}., "
        "SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED"
    )


@rule("google_artifact_registry_repository", source="doc: Artifact Registry, 'Locations'")
def repository_location(case: Case) -> str | None:
    """A location that is neither a region nor a multi-region."""
    name = case.text("location")
    if not name or re.fullmatch(r"us|europe|asia|[a-z]+-[a-z]+\d{1,2}", name):
        return None
    return f"Location {name} is not found or access is unauthorized., invalid"
