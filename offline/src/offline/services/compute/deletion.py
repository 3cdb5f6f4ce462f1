"""Compute Engine: what is in use by something else, which the API does not delete.

The provider's own `deletion_protection` is checked elsewhere: it never reaches an API.
"""

from offline.services.compute.frontends import services_of
from offline.services.context import Block, Case, last, text
from offline.services.registry import rule

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


@rule(
    "google_compute_global_address",
    source="known: 'resource is already being used by' of ranges for peering",
    when="delete",
)
def range_in_use(case: Case) -> str | None:
    """Deleting an allocated range that a connection uses."""
    for resource in case.all("google_service_networking_connection"):
        if case.text("name") in [
            last(str(name)) for name in resource.get("reserved_peering_ranges") or ()
        ]:
            return (
                f"The global address resource '{case.id}' is already being used by "
                f"'{text(resource, 'peering') or 'servicenetworking-googleapis-com'}', "
                "resourceInUseByAnotherResource"
            )
    return None


@rule(*_USERS, source="known: 'resourceInUseByAnotherResource' of Compute Engine", when="delete")
def in_use(case: Case) -> str | None:
    """Deleting something of Compute Engine that something else uses."""
    for type_, paths in _USERS[case.type]:
        for user, reference in case.references(type_, *paths):
            if _means(case, reference) and _same_place(case, user):
                return _in_use(case, text(user, "id") or text(user, "name"))
    if case.type in ("google_compute_backend_bucket", "google_compute_backend_service"):
        for resource in case.all("google_compute_url_map"):
            if any(_means(case, reference) for reference in services_of(resource)):
                return _in_use(case, text(resource, "id"))
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
