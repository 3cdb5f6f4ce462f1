"""Private services access: the peering through which Cloud SQL and Redis get private addresses."""

from offline.rules.case import Block, Case, last, text
from offline.rules.registry import rule


def connection(case: Case, network: str) -> Block | None:
    """The connection of a network to Google's services, None when there is none."""
    for one in case.all("google_service_networking_connection"):
        if last(text(one, "network")) == last(network):
            return one
    return None


def producers(case: Case, network: str) -> list[str]:
    """Names of what lives in the private range of a network."""
    sql = [
        text(one, "name")
        for one in case.all("google_sql_database_instance")
        if network and last(_private_network(one)) == last(network)
    ]
    redis = [
        text(one, "name")
        for one in case.all("google_redis_instance")
        if text(one, "connect_mode") == "PRIVATE_SERVICE_ACCESS"
        and last(text(one, "authorized_network")) == last(network)
    ]
    return sql + redis


def _private_network(instance: Block) -> str:
    for settings in instance.get("settings") or ():
        for ip in settings.get("ip_configuration") or ():
            return text(ip, "private_network")
    return ""


@rule(
    "google_sql_database_instance",
    source="provider: resource_sql_database_instance.go:2881 (it asks before it creates)",
)
def sql_needs_peering(case: Case) -> str | None:
    """A private Cloud SQL instance on a network without a private services connection."""
    network = case.text("settings.ip_configuration.private_network")
    if not network or connection(case, network) is not None:
        return None
    return (
        "failed to create instance because the network doesn't have at least 1 private services "
        "connection. Please see https://cloud.google.com/sql/docs/mysql/private-ip"
        "#network_requirements for how to create this connection."
    )


@rule("google_redis_instance", source="known: Redis 'private service access connection' missing")
def redis_needs_peering(case: Case) -> str | None:
    """A Redis instance in PRIVATE_SERVICE_ACCESS on a network without a private services
    connection.
    """
    if case.text("connect_mode") != "PRIVATE_SERVICE_ACCESS":
        return None
    network = case.text("authorized_network") or "default"
    if connection(case, network) is not None:
        return None
    return (
        "Google private service access is not enabled. Enable private service access and "
        "try again. "
        f"Network: {network}"
    )


@rule(
    "google_redis_instance",
    source="doc: Memorystore, 'reservedIpRange': the name of an allocated range",
)
def redis_range(case: Case) -> str | None:
    """A reserved range that is, with PRIVATE_SERVICE_ACCESS, not the name of one of the
    connection's ranges.
    """
    range_ = case.text("reserved_ip_range")
    if case.text("connect_mode") != "PRIVATE_SERVICE_ACCESS" or not range_:
        return None
    found = connection(case, case.text("authorized_network"))
    given = [last(one) for one in (found or {}).get("reserved_peering_ranges") or ()]
    if last(range_) in given:
        return None
    return (
        f"Invalid reserved IP range '{range_}': with connect mode PRIVATE_SERVICE_ACCESS "
        "it must be the "
        "name of an allocated IP range of the private service access connection: "
        f"{', '.join(given)}"
    )


@rule("google_apigee_organization", source="provider doc: apigee_organization, authorized_network")
def apigee_needs_peering(case: Case) -> str | None:
    """An Apigee organization with a network that has no private services connection."""
    network = case.text("authorized_network")
    if not network or connection(case, network) is not None:
        return None
    return f"the network {network} has no private connection to servicenetworking.googleapis.com"


@rule(
    "google_service_networking_connection",
    source="known: 'Cannot find ... reserved range' of the API",
)
def ranges_exist(case: Case) -> str | None:
    """A connection with a range that is not allocated, or not for peering, or in another
    network.
    """
    for name in case.get("reserved_peering_ranges") or ():
        if not isinstance(name, str):
            continue
        range_ = case.find("google_compute_global_address", name)
        if range_ is None:
            return f"Allocated IP range '{name}' not found in network."
        if text(range_, "purpose") != "VPC_PEERING":
            return f"Allocated IP range '{name}' must have purpose VPC_PEERING."
        if last(text(range_, "network")) != last(case.text("network")):
            return f"Allocated IP range '{name}' not found in network."
    return None


@rule(
    "google_service_networking_connection",
    source="issue: provider#16275, #19908",
    when="delete",
)
def producers_left(case: Case) -> str | None:
    """Deleting the connection while something uses it, or a Cloud SQL instance did so in the last
    days.

    The tombstones do not say which network a deleted instance was in: any of them counts.
    """
    if case.text("deletion_policy") == "ABANDON":
        return None
    recent = case.world.tombstones.get("google_sql_database_instance")
    if not producers(case, case.text("network")) and not recent:
        return None
    return (
        "Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are "
        "still using this connection."
    )


@rule(
    "google_compute_global_address",
    source="known: 'resource is already being used by' of ranges for peering",
    when="delete",
)
def range_in_use(case: Case) -> str | None:
    """Deleting an allocated range that a connection uses."""
    for one in case.all("google_service_networking_connection"):
        if case.text("name") in [
            last(str(name)) for name in one.get("reserved_peering_ranges") or ()
        ]:
            return (
                f"The global address resource '{case.id}' is already being used by "
                f"'{text(one, 'peering') or 'servicenetworking-googleapis-com'}', "
                "resourceInUseByAnotherResource"
            )
    return None
