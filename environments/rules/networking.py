"""Rules of the network: ranges, regions and routes."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from environments import google_cloud
from environments.problems import Path, Problem
from environments.schema import Environment


def ranges_are_disjoint(env: Environment) -> Iterator[Problem]:
    """No address belongs to two ranges of the VPC."""
    ranges: dict[Path, IPv4Network] = {
        ("network", "private_services_range"): env.network.private_services_range
    }
    for name, region in env.regions.items():
        ranges["regions", name, "subnet_range"] = region.subnet_range
        ranges["regions", name, "services_range"] = region.services_range
        ranges["regions", name, "pods_range"] = region.pods_range
        ranges["regions", name, "connector", "range"] = region.connector.range
    for (path, one), (other_path, other) in combinations(ranges.items(), 2):
        if one.overlaps(other):
            where = ".".join(map(str, path))
            yield Problem(other_path, str(other), f"a range that does not overlap {one} of {where}")


def ranges_have_legal_sizes(env: Environment) -> Iterator[Problem]:
    """A connector takes a /28, the private services a /8 to /24, a subnet a /29 or more."""
    size = env.network.private_services_range.prefixlen
    if not 8 <= size <= 24:
        path = ("network", "private_services_range")
        yield Problem(path, f"a /{size}", "a /8 to /24, best a /16")
    for name, region in env.regions.items():
        if region.connector.range.prefixlen != 28:
            got = f"a /{region.connector.range.prefixlen}"
            yield Problem(("regions", name, "connector", "range"), got, "a /28")
        least = 26 if env.network.egress == "direct" else 29
        if region.subnet_range.prefixlen > least:
            got = f"a /{region.subnet_range.prefixlen}"
            yield Problem(("regions", name, "subnet_range"), got, f"a /{least} or larger")


def connectors_can_grow(env: Environment) -> Iterator[Problem]:
    """A connector's least number of instances is below its most."""
    for name, region in env.regions.items():
        connector = region.connector
        if connector.min_instances >= connector.max_instances:
            yield Problem(
                ("regions", name, "connector", "max_instances"),
                str(connector.max_instances),
                f"more than min_instances ({connector.min_instances})",
            )


def regions_exist(env: Environment) -> Iterator[Problem]:
    """Regions are Google's, and what names a region names one of the environment."""
    for name in env.regions:
        if name not in google_cloud.REGIONS:
            yield Problem(("regions", name), name, "a Google Cloud region, such as us-central1")
    known = ", ".join(env.regions)
    if env.primary_region not in env.regions:
        yield Problem(("primary_region",), env.primary_region, f"one of regions: {known}")
    for name, replica in env.database.replicas.items():
        if replica.region not in env.regions:
            path = ("database", "replicas", name, "region")
            yield Problem(path, replica.region, f"one of regions: {known}")
    for name, service in env.services.items():
        for index, region in enumerate(service.regions):
            if region not in env.regions:
                item = ("services", name, "regions", index)
                yield Problem(item, region, f"one of regions: {known}")
        for region, count in Counter(service.regions).items():
            if count > 1:
                yield Problem(("services", name, "regions"), f"{region} twice", "each region once")


def routes_are_distinct(env: Environment) -> Iterator[Problem]:
    """One service takes the paths that are left, and no path has two takers."""
    defaults = [name for name, s in env.services.items() if s.route and s.route.default]
    if len(defaults) != 1:
        got = ", ".join(defaults) or "no service"
        wanted = "route.default: true in one service"
        yield Problem(("services",), f"route.default in {got}", wanted)
    takers: dict[str, str] = {}
    for name, service in env.services.items():
        for index, path in enumerate(service.route.paths if service.route else ()):
            if path in takers:
                at = ("services", name, "route", "paths", index)
                yield Problem(at, path, f"a path that services.{takers[path]} does not take")
            takers[path] = name
        if service.route and not service.route.default and not service.route.paths:
            yield Problem(("services", name, "route"), "no path", "paths, or default: true")


def cdn_times_are_ordered(env: Environment) -> Iterator[Problem]:
    """Cloud CDN's usual time is not above its longest."""
    for name, service in env.services.items():
        cdn = service.route.cdn if service.route else None
        if cdn and cdn.default_ttl_seconds > cdn.max_ttl_seconds:
            yield Problem(
                ("services", name, "route", "cdn", "max_ttl_seconds"),
                str(cdn.max_ttl_seconds),
                f"at least default_ttl_seconds ({cdn.default_ttl_seconds})",
            )


RULES = (
    ranges_are_disjoint,
    ranges_have_legal_sizes,
    connectors_can_grow,
    regions_exist,
    routes_are_distinct,
    cdn_times_are_ordered,
)
