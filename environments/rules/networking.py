"""Rules of the network: ranges, regions and routes."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from environments.problems import Path, Problem
from environments.rules.confirmation import rests_on
from environments.schema import Environment
from facts import locations, network


def private_ranges(environment: Environment) -> dict[Path, IPv4Network]:
    """Return every range of the VPC by its path in the file."""
    ranges: dict[Path, IPv4Network] = {
        ("network", "private_services_range"): environment.network.private_services_range
    }
    for number, range_ in enumerate(environment.network.additional_private_services_ranges):
        ranges["network", "additional_private_services_ranges", number] = range_
    for name, region in environment.regions.items():
        ranges["regions", name, "subnet_range"] = region.subnet_range
        ranges["regions", name, "services_range"] = region.services_range
        ranges["regions", name, "pods_range"] = region.pods_range
        ranges["regions", name, "connector", "range"] = region.connector.range
    return ranges


def check_overlapping_ranges(environment: Environment) -> Iterator[Problem]:
    """Check that no address belongs to two ranges of the VPC."""
    ranges = private_ranges(environment)
    for (path, range_), (other_path, other) in combinations(ranges.items(), 2):
        if range_.overlaps(other):
            where = ".".join(map(str, path))
            expected = f"a range that does not overlap {range_} of {where}"
            yield Problem(other_path, str(other), expected, depends_on=(path,))


@rests_on(("network", "private_services_prefix_lengths"))
def check_private_services_range(environment: Environment) -> Iterator[Problem]:
    """Check that the range of the private services has a size that Google Cloud accepts."""
    shortest, longest = network.private_services_prefix_lengths()
    for path, range_ in private_ranges(environment).items():
        if path[0] == "network" and not shortest <= range_.prefixlen <= longest:
            expected = f"a /{shortest} to /{longest}, best a /16"
            yield Problem(path, f"a /{range_.prefixlen}", expected)


def check_range_sizes(environment: Environment) -> Iterator[Problem]:
    """Check that each range has a size that Google Cloud accepts. `check_direct_egress` checks the
    primary ranges that Cloud Run takes addresses from.
    """
    connector, longest = network.connector_prefix_length(), network.subnet_max_prefix_length()
    direct = environment.network.egress == "direct"
    for name, region in environment.regions.items():
        if region.connector.range.prefixlen != connector:
            actual = f"a /{region.connector.range.prefixlen}"
            yield Problem(("regions", name, "connector", "range"), actual, f"a /{connector}")
        for key, range_ in (
            ("subnet_range", region.subnet_range),
            ("services_range", region.services_range),
            ("pods_range", region.pods_range),
        ):
            if range_.prefixlen > longest and not (direct and key == "subnet_range"):
                actual = f"a /{range_.prefixlen}"
                yield Problem(("regions", name, key), actual, f"a /{longest} or larger")


def check_connector_instances(environment: Environment) -> Iterator[Problem]:
    """Check that the minimum of instances of a connector is below its maximum."""
    for name, region in environment.regions.items():
        connector = region.connector
        if connector.min_instances >= connector.max_instances:
            yield Problem(
                ("regions", name, "connector", "max_instances"),
                str(connector.max_instances),
                f"more than min_instances ({connector.min_instances})",
                depends_on=(("regions", name, "connector", "min_instances"),),
            )


def check_regions(environment: Environment) -> Iterator[Problem]:
    """Check that regions exist, and that every reference names a region of the environment."""
    for name in environment.regions:
        if name not in locations.regions():
            yield Problem(("regions", name), name, "a Google Cloud region, such as us-central1")
    known = ", ".join(environment.regions)
    named: dict[Path, str] = {("primary_region",): environment.primary_region}
    for name, replica in environment.database.replicas.items():
        named["database", "replicas", name, "region"] = replica.region
    if promoted := environment.database.promoted:
        named["database", "promoted", "region"] = promoted.region
    for name, service in environment.services.items():
        for index, region in enumerate(service.regions):
            named["services", name, "regions", index] = region
    for path, region in named.items():
        if region not in environment.regions:
            expected = f"one of regions: {known}"
            yield Problem(path, region, expected, depends_on=(("regions", region),))
    for name, service in environment.services.items():
        for region, count in Counter(service.regions).items():
            if count > 1:
                yield Problem(("services", name, "regions"), f"{region} twice", "each region once")


def check_routes(environment: Environment) -> Iterator[Problem]:
    """Check that one service has the default route, and that no path belongs to two services."""
    defaults = [name for name, s in environment.services.items() if s.route and s.route.default]
    expected = "route.default: true in one service"
    if len(defaults) > 1:
        yield Problem(("services",), f"route.default in {', '.join(defaults)}", expected)
    if not defaults:
        none = (("services", "*", "route", "default"),)
        yield Problem(("services",), "route.default in no service", expected, depends_on=none)
    takers: dict[str, str] = {}
    for name, service in environment.services.items():
        for index, path in enumerate(service.route.paths if service.route else ()):
            if path in takers:
                at = ("services", name, "route", "paths", index)
                yield Problem(at, path, f"a path that services.{takers[path]} does not take")
            takers[path] = name
        if service.route and not service.route.default and not service.route.paths:
            route: Path = ("services", name, "route")
            neither = ((*route, "paths"), (*route, "default"))
            yield Problem(route, "no path", "paths, or default: true", depends_on=neither)


def check_cdn_ttls(environment: Environment) -> Iterator[Problem]:
    """Check that the default TTL of Cloud CDN is not above its maximum."""
    for name, service in environment.services.items():
        cdn = service.route.cdn if service.route else None
        if cdn and cdn.default_ttl_seconds > cdn.max_ttl_seconds:
            yield Problem(
                ("services", name, "route", "cdn", "max_ttl_seconds"),
                str(cdn.max_ttl_seconds),
                f"at least default_ttl_seconds ({cdn.default_ttl_seconds})",
                depends_on=(("services", name, "route", "cdn", "default_ttl_seconds"),),
            )


def check_hosts(environment: Environment) -> Iterator[Problem]:
    """Check that no label stands for two hosts."""
    labels = (environment.domain.api_label, *environment.domain.alias_labels)
    for label, count in Counter(labels).items():
        if count > 1:
            yield Problem(
                ("domain", "alias_labels"),
                f"{label} twice",
                f"each label once, and not api_label ({environment.domain.api_label})",
                depends_on=(("domain", "api_label"),),
            )


RULES = (
    check_overlapping_ranges,
    check_private_services_range,
    check_range_sizes,
    check_connector_instances,
    check_regions,
    check_routes,
    check_hosts,
    check_cdn_ttls,
)
