"""What an API does not delete: protected there, or in use by something else.

The provider's own `deletion_protection` is not judged here: it never reaches an API.
"""

from collections.abc import Iterator

from offline.rules.case import Block, Case, at, blocks, last, text
from offline.rules.frontend import services_of
from offline.rules.registry import rule


@rule(
    "google_sql_database_instance",
    source="doc: Cloud SQL, 'Prevent deletion of an instance'",
    when="delete",
)
def protected_in_api(case: Case) -> str | None:
    """Deleting an instance that the API itself protects (settings.deletion_protection_enabled)."""
    if not case.get("settings.deletion_protection_enabled"):
        return None
    return (
        "The instance is protected. Please disable the deletion protection and try again., "
        "deletionProtectionEnabled"
    )


@rule(
    "google_sql_database_instance",
    source="doc: Cloud SQL, 'Delete instances': replicas first",
    when="delete",
)
def has_replicas(case: Case) -> str | None:
    """Deleting a primary that has replicas."""
    name = case.text("name")
    for one in case.others(case.type):
        if last(text(one, "master_instance_name")) == name:
            return (
                f"The instance {name} has read replicas; delete {text(one, 'name')} first., "
                "operationNotAllowed"
            )
    return None


def _all(case: Case, type_: str, *paths: str) -> Iterator[tuple[Block, str]]:
    """Every reference at some paths of every resource of a type."""
    for one in case.all(type_):
        for path in paths:
            head, _, tail = path.rpartition(".")
            for block in blocks(one, head) if head else [one]:
                value = block.get(tail)
                for reference in value if isinstance(value, list | tuple) else [value]:
                    if isinstance(reference, str):
                        yield one, reference


_USERS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "google_compute_backend_bucket": (),
    "google_compute_backend_service": (),
    "google_compute_global_address": (("google_compute_global_forwarding_rule", ("ip_address",)),),
    "google_compute_managed_ssl_certificate": (
        ("google_compute_target_https_proxy", ("ssl_certificates",)),
    ),
    "google_compute_network": (
        ("google_compute_subnetwork", ("network",)),
        ("google_compute_router", ("network",)),
        ("google_compute_firewall", ("network",)),
        ("google_compute_global_address", ("network",)),
        ("google_vpc_access_connector", ("network",)),
    ),
    "google_compute_region_network_endpoint_group": (
        ("google_compute_backend_service", ("backend.group",)),
    ),
    "google_compute_security_policy": (
        ("google_compute_backend_service", ("security_policy", "edge_security_policy")),
        ("google_compute_backend_bucket", ("edge_security_policy",)),
    ),
    "google_compute_ssl_policy": (("google_compute_target_https_proxy", ("ssl_policy",)),),
    "google_compute_subnetwork": (
        ("google_cloud_run_v2_service", ("template.vpc_access.network_interfaces.subnetwork",)),
        (
            "google_cloud_run_v2_job",
            ("template.template.vpc_access.network_interfaces.subnetwork",),
        ),
        ("google_vpc_access_connector", ("subnet.name",)),
        ("google_compute_region_network_endpoint_group", ("subnetwork",)),
    ),
    "google_compute_target_http_proxy": (("google_compute_global_forwarding_rule", ("target",)),),
    "google_compute_target_https_proxy": (("google_compute_global_forwarding_rule", ("target",)),),
    "google_compute_url_map": (
        ("google_compute_target_https_proxy", ("url_map",)),
        ("google_compute_target_http_proxy", ("url_map",)),
    ),
}


@rule(*_USERS, source="known: 'resourceInUseByAnotherResource' of Compute Engine", when="delete")
def in_use(case: Case) -> str | None:
    """Deleting something of Compute Engine that something else uses."""
    for type_, paths in _USERS[case.type]:
        for user, reference in _all(case, type_, *paths):
            if _means(case, reference) and _same_place(case, user):
                return _in_use(case, text(user, "id") or text(user, "name"))
    if case.type in ("google_compute_backend_bucket", "google_compute_backend_service"):
        for one in case.all("google_compute_url_map"):
            if any(_means(case, reference) for reference in services_of(one)):
                return _in_use(case, text(one, "id"))
    return None


def _in_use(case: Case, user: str) -> str:
    return (
        f"The {_kind(case.type)} resource '{case.id}' is already being used by '{user}', "
        "resourceInUseByAnotherResource"
    )


def _kind(type_: str) -> str:
    return type_.removeprefix("google_compute_")


def _means(case: Case, reference: str) -> bool:
    """Whether a reference is this resource: its id or link, its address, or its bare name."""
    if "/" in reference:
        path = reference[max(reference.find("projects/"), 0) :]
        return path == case.id
    return bool(reference) and reference in (case.text("name"), case.text("address"))


def _same_place(case: Case, user: Block) -> bool:
    regions = {last(text(user, key)) for key in ("region", "location")} - {""}
    return not case.region or not regions or case.region in regions


@rule("google_vpc_access_connector", source="known: a connector in use is kept", when="delete")
def connector_in_use(case: Case) -> str | None:
    """Deleting a connector that a Cloud Run service or job uses."""
    for type_, path in (
        ("google_cloud_run_v2_service", "template.vpc_access"),
        ("google_cloud_run_v2_job", "template.template.vpc_access"),
    ):
        for one, reference in _all(case, type_, f"{path}.connector"):
            if reference == case.id:
                return f"Operation failed: connector {case.id} is in use by {text(one, 'id')}."
    return None


@rule(
    "google_monitoring_uptime_check_config",
    source="provider: resource_monitoring_uptime_check_config.go:922",
    when="delete",
)
def check_in_use(case: Case) -> str | None:
    """Deleting an uptime check that an alert policy names."""
    check = case.text("uptime_check_id")
    for one in case.all("google_monitoring_alert_policy"):
        filters = [text(block, "filter") for block in blocks(one, "conditions.condition_threshold")]
        if check and any(check in filter_ for filter_ in filters):
            return (
                f"Cannot delete check {check}. One or more alerting policies reference it: "
                f"{text(one, 'name')}"
            )
    return None


@rule(
    "google_monitoring_notification_channel",
    source="doc: Monitoring REST, notificationChannels.delete: force",
    when="delete",
)
def channel_in_use(case: Case) -> str | None:
    """Deleting a channel that an alert policy uses, without force_delete."""
    if case.get("force_delete") is True:
        return None
    for one in case.all("google_monitoring_alert_policy"):
        if case.text("name") in (at(one, "notification_channels") or ()):
            return (
                f"Cannot delete notification channel {case.text('name')} because it is used "
                f"by {text(one, 'name')}."
            )
    return None


@rule("google_dns_managed_zone", source="API: containerNotEmpty", when="delete")
def zone_not_empty(case: Case) -> str | None:
    """Deleting a DNS zone that has records, without force_destroy."""
    if case.get("force_destroy") is True:
        return None
    for one in case.all("google_dns_record_set"):
        if last(text(one, "managed_zone")) == case.text("name"):
            return (
                f"The resource named '{case.text('name')}' cannot be deleted because it "
                "contains one or more 'resource record sets'., containerNotEmpty"
            )
    return None
