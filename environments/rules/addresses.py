"""Rules of addresses: those that Google keeps, and those that its services take."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from environments.problems import Path, Problem
from environments.rules.networking import private_ranges
from environments.schema import Environment
from facts import network

_BITS = 32
"""Of an address."""


def check_reserved_ranges(environment: Environment) -> Iterator[Problem]:
    """Check that no range of the VPC has addresses that Google prohibits or uses itself."""
    reserved = {
        **network.prohibited_ranges(),
        network.docker_bridge(): "which Cloud SQL instances use themselves and cannot reach",
    }
    for path, range_ in private_ranges(environment).items():
        for other, purpose in reserved.items():
            if range_.overlaps(other):
                expected = (
                    f"a range that does not overlap {other} ({purpose}), such as one in 10.0.0.0/8"
                )
                yield Problem(path, str(range_), expected)
                break


def check_private_services_capacity(environment: Environment) -> Iterator[Problem]:
    """Check that the ranges for private services hold what Google puts into them: a block of Cloud
    SQL in each region of the database and its replicas, and one of Redis in each region.

    Blocks are aligned to their size, so that what fits is counted in blocks of Cloud SQL. Redis
    takes its blocks from the first range, Cloud SQL from any. Apigee takes none: it is connected
    without a peering (`constructs/gateway`).
    """
    database, config = environment.database, environment.network
    regions = {environment.database_region, *(one.region for one in database.replicas.values())}
    sql, redis = network.cloud_sql_prefix_length(), network.redis_prefix_length()
    further = sum(_blocks(range_, sql) for range_ in config.additional_private_services_ranges)
    of_redis = -(-len(environment.regions) // 2 ** (redis - sql))
    needed = of_redis + max(0, len(regions) - further)
    longest = sql - (needed - 1).bit_length()
    size = config.private_services_range.prefixlen
    if size > longest:
        yield Problem(
            ("network", "private_services_range"),
            f"a /{size}",
            f"a /{longest} or larger, best a /16, or more additional_private_services_ranges: "
            f"Cloud SQL takes a /{sql} in each region of the database and its replicas "
            f"({len(regions)}), Redis a /{redis} of this range in each region "
            f"({len(environment.regions)})",
            depends_on=(
                ("regions",),
                ("primary_region",),
                ("database", "promoted"),
                ("database", "replicas"),
                ("network", "additional_private_services_ranges"),
            ),
        )


def _blocks(range_: IPv4Network, length: int) -> int:
    """Return how many blocks of a prefix length a range has."""
    return 2 ** (length - range_.prefixlen) if range_.prefixlen <= length else 0


def check_direct_egress(environment: Environment) -> Iterator[Problem]:
    """Check that each subnet has addresses for all instances if Cloud Run is in the VPC itself."""
    if environment.network.egress != "direct":
        return
    each, unusable = (
        network.direct_egress_addresses_per_instance(),
        network.subnet_unusable_addresses(),
    )
    for name, region in environment.regions.items():
        path: Path = ("regions", name, "subnet_range")
        instances = sum(
            service.max_instances
            for service in environment.services.values()
            if name in environment.regions_of(service)
        )
        needed = instances * each + unusable
        longest = min(_BITS - (needed - 1).bit_length(), network.direct_egress_max_prefix_length())
        if region.subnet_range.prefixlen > longest:
            yield Problem(
                path,
                f"a /{region.subnet_range.prefixlen}",
                f"a /{longest} or larger: Direct VPC egress takes {each} addresses for each of up "
                f"to {instances} instances (max_instances), and a /"
                f"{network.direct_egress_max_prefix_length()} at least",
                depends_on=(
                    ("network", "egress"),
                    ("services", "*", "max_instances"),
                    ("services", "*", "regions"),
                ),
            )


RULES = (check_reserved_ranges, check_private_services_capacity, check_direct_egress)
