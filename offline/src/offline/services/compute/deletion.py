"""Compute Engine: what is in use by something else, which the API does not delete.

The provider's own `deletion_protection` is checked elsewhere: it never reaches an API.
"""

from offline.services.compute.frontends import services_of
from offline.services.context import Block, RuleContext, last, text
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


@rule("google_compute_global_address", when="delete")
def range_in_use(context: RuleContext) -> str | None:
    """Reject deleting an allocated range that a connection uses."""
    for resource in context.all("google_service_networking_connection"):
        if context.text("name") in [
            last(str(name)) for name in resource.get("reserved_peering_ranges") or ()
        ]:
            return (
                f"The global address resource '{context.id}' is already being used by "
                f"'{text(resource, 'peering') or 'servicenetworking-googleapis-com'}', "
                "resourceInUseByAnotherResource"
            )
    return None


@rule(*_USERS, when="delete")
def in_use(context: RuleContext) -> str | None:
    """Reject deleting something of Compute Engine that something else uses."""
    for type_, paths in _USERS[context.type]:
        for user, reference in context.references(type_, *paths):
            if _means(context, reference) and _same_place(context, user):
                return _in_use(context, text(user, "id") or text(user, "name"))
    if context.type in ("google_compute_backend_bucket", "google_compute_backend_service"):
        for resource in context.all("google_compute_url_map"):
            if any(_means(context, reference) for reference in services_of(resource)):
                return _in_use(context, text(resource, "id"))
    return None


def _in_use(context: RuleContext, user: str) -> str:
    return (
        f"The {_kind(context.type)} resource '{context.id}' is already being used by '{user}', "
        "resourceInUseByAnotherResource"
    )


def _kind(type_: str) -> str:
    return type_.removeprefix("google_compute_")


def _means(context: RuleContext, reference: str) -> bool:
    """Whether a reference is this resource: its id or link, its address, or its bare name."""
    if "/" in reference:
        path = reference[max(reference.find("projects/"), 0) :]
        return path == context.id
    return bool(reference) and reference in (context.text("name"), context.text("address"))


def _same_place(context: RuleContext, user: Block) -> bool:
    regions = {last(text(user, key)) for key in ("region", "location")} - {""}
    return not context.region or not regions or context.region in regions
