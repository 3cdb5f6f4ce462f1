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
            wanted = f"a range that does not overlap {one} of {where}"
            yield Problem(other_path, str(other), wanted, because=(path,))


def ranges_have_legal_sizes(env: Environment) -> Iterator[Problem]:
    """A connector takes a /28, the private services a /8 to /24, a subnet's ranges a /29 or more,
    and with Direct VPC egress its primary range a /26 or more.
    """
    size = env.network.private_services_range.prefixlen
    if not 8 <= size <= 24:
        path = ("network", "private_services_range")
        yield Problem(path, f"a /{size}", "a /8 to /24, best a /16")
    for name, region in env.regions.items():
        if region.connector.range.prefixlen != 28:
            got = f"a /{region.connector.range.prefixlen}"
            yield Problem(("regions", name, "connector", "range"), got, "a /28")
        least = 26 if env.network.egress == "direct" else 29
        for key, one, longest in (
            ("subnet_range", region.subnet_range, least),
            ("services_range", region.services_range, 29),
            ("pods_range", region.pods_range, 29),
        ):
            if one.prefixlen > longest:
                got = f"a /{one.prefixlen}"
                yield Problem(("regions", name, key), got, f"a /{longest} or larger")


def connectors_can_grow(env: Environment) -> Iterator[Problem]:
    """A connector's least number of instances is below its most."""
    for name, region in env.regions.items():
        connector = region.connector
        if connector.min_instances >= connector.max_instances:
            yield Problem(
                ("regions", name, "connector", "max_instances"),
                str(connector.max_instances),
                f"more than min_instances ({connector.min_instances})",
                because=(("regions", name, "connector", "min_instances"),),
            )


def regions_exist(env: Environment) -> Iterator[Problem]:
    """Regions are Google's, and what names a region names one of the environment."""
    for name in env.regions:
        if name not in google_cloud.REGIONS:
            yield Problem(("regions", name), name, "a Google Cloud region, such as us-central1")
    known = ", ".join(env.regions)
    named: dict[Path, str] = {("primary_region",): env.primary_region}
    for name, replica in env.database.replicas.items():
        named["database", "replicas", name, "region"] = replica.region
    for name, service in env.services.items():
        for index, region in enumerate(service.regions):
            named["services", name, "regions", index] = region
    for path, region in named.items():
        if region not in env.regions:
            wanted = f"one of regions: {known}"
            yield Problem(path, region, wanted, because=(("regions", region),))
    for name, service in env.services.items():
        for region, count in Counter(service.regions).items():
            if count > 1:
                yield Problem(("services", name, "regions"), f"{region} twice", "each region once")


def routes_are_distinct(env: Environment) -> Iterator[Problem]:
    """One service takes the paths that are left, and no path has two takers."""
    defaults = [name for name, s in env.services.items() if s.route and s.route.default]
    wanted = "route.default: true in one service"
    if len(defaults) > 1:
        yield Problem(("services",), f"route.default in {', '.join(defaults)}", wanted)
    if not defaults:
        none = (("services", "*", "route", "default"),)
        yield Problem(("services",), "route.default in no service", wanted, because=none)
    takers: dict[str, str] = {}
    for name, service in env.services.items():
        for index, path in enumerate(service.route.paths if service.route else ()):
            if path in takers:
                at = ("services", name, "route", "paths", index)
                yield Problem(at, path, f"a path that services.{takers[path]} does not take")
            takers[path] = name
        if service.route and not service.route.default and not service.route.paths:
            route: Path = ("services", name, "route")
            neither = ((*route, "paths"), (*route, "default"))
            yield Problem(route, "no path", "paths, or default: true", because=neither)


def cdn_times_are_ordered(env: Environment) -> Iterator[Problem]:
    """Cloud CDN's usual time is not above its longest."""
    for name, service in env.services.items():
        cdn = service.route.cdn if service.route else None
        if cdn and cdn.default_ttl_seconds > cdn.max_ttl_seconds:
            yield Problem(
                ("services", name, "route", "cdn", "max_ttl_seconds"),
                str(cdn.max_ttl_seconds),
                f"at least default_ttl_seconds ({cdn.default_ttl_seconds})",
                because=(("services", name, "route", "cdn", "default_ttl_seconds"),),
            )


def hosts_are_distinct(env: Environment) -> Iterator[Problem]:
    """No label stands for two hosts."""
    labels = (env.domain.api_label, *env.domain.alias_labels)
    for label, count in Counter(labels).items():
        if count > 1:
            yield Problem(
                ("domain", "alias_labels"),
                f"{label} twice",
                f"each label once, and not api_label ({env.domain.api_label})",
                because=(("domain", "api_label"),),
            )


RULES = (
    ranges_are_disjoint,
    ranges_have_legal_sizes,
    connectors_can_grow,
    regions_exist,
    routes_are_distinct,
    hosts_are_distinct,
    cdn_times_are_ordered,
)
