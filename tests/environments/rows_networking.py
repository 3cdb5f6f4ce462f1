"""Rules of ranges, regions, routes and hosts: the last legal value, and the first illegal one."""

from tests.environments.samples import REMOVED, Row

CENTRAL = "regions.us-central1"
EAST = "regions.us-east1"
NEW_REGION = {
    "subnet_range": "10.9.0.0/20",
    "services_range": "10.9.16.0/20",
    "pods_range": "10.9.32.0/20",
    "connector": {"range": "10.1.0.32/28"},
}


def _size(path: str, legal: str, illegal: str, expected: str) -> Row:
    actual = f"a /{illegal.partition('/')[2]}"
    return "dev", {path: legal}, {path: illegal}, [(path, actual, expected)]


SIZES = {
    "connector smaller than a /28": _size(
        f"{CENTRAL}.connector.range", "10.1.0.0/28", "10.1.0.0/29", "a /28"
    ),
    "connector larger than a /28": _size(
        f"{CENTRAL}.connector.range", "10.1.0.0/28", "10.1.0.0/27", "a /28"
    ),
    "private services too small": (
        "dev",
        {"network.additional_private_services_ranges": ["10.66.0.0/24"]},
        {"network.additional_private_services_ranges": ["10.66.0.0/25"]},
        [("network.additional_private_services_ranges.0", "a /25", "a /8 to /24, best a /16")],
    ),
    "private services too large": _size(
        "network.private_services_range", "16.0.0.0/8", "16.0.0.0/7", "a /8 to /24, best a /16"
    ),
    "subnet too small": _size(
        f"{CENTRAL}.subnet_range", "10.0.0.0/29", "10.0.0.0/30", "a /29 or larger"
    ),
    "services too small": _size(
        f"{CENTRAL}.services_range", "10.0.16.0/29", "10.0.16.0/30", "a /29 or larger"
    ),
    "pods too small": _size(
        f"{CENTRAL}.pods_range", "10.0.32.0/29", "10.0.32.0/30", "a /29 or larger"
    ),
}

ROWS: dict[str, Row] = {
    **SIZES,
    "ranges of a region overlap": (
        "dev",
        {f"{CENTRAL}.services_range": "10.0.16.0/24"},
        {f"{CENTRAL}.services_range": "10.0.15.0/24"},
        [
            (
                f"{CENTRAL}.services_range",
                "10.0.15.0/24",
                f"a range that does not overlap 10.0.0.0/20 of {CENTRAL}.subnet_range",
            )
        ],
    ),
    "ranges of two regions overlap": (
        "prod",
        {f"{EAST}.connector.range": "10.1.0.16/28"},
        {f"{EAST}.connector.range": "10.1.0.0/28"},
        [
            (
                f"{EAST}.connector.range",
                "10.1.0.0/28",
                f"a range that does not overlap 10.1.0.0/28 of {CENTRAL}.connector.range",
            )
        ],
    ),
    "a region overlaps the private services": (
        "dev",
        {"network.private_services_range": "10.0.48.0/23"},
        {"network.private_services_range": "10.0.46.0/23"},
        [
            (
                f"{CENTRAL}.pods_range",
                "10.0.32.0/20",
                "a range that does not overlap 10.0.46.0/23 of network.private_services_range",
            )
        ],
    ),
    "connector cannot grow": (
        "dev",
        {f"{CENTRAL}.connector": {"range": "10.1.0.0/28", "min_instances": 2, "max_instances": 3}},
        {f"{CENTRAL}.connector": {"range": "10.1.0.0/28", "min_instances": 3, "max_instances": 3}},
        [(f"{CENTRAL}.connector.max_instances", "3", "more than min_instances (3)")],
    ),
    "no region of Google's": (
        "dev",
        {"regions.us-west4": NEW_REGION, "database.max_connections": 220},
        {"regions.us-west5": NEW_REGION, "database.max_connections": 220},
        [("regions.us-west5", "us-west5", "a Google Cloud region, such as us-central1")],
    ),
    "primary region is none of the regions": (
        "prod",
        {"primary_region": "us-east1"},
        {"primary_region": "us-west1"},
        [("primary_region", "us-west1", "one of regions: us-central1, us-east1")],
    ),
    "replica is in none of the regions": (
        "prod",
        {"database.replicas.replica.region": "us-central1"},
        {"database.replicas.replica.region": "us-west1"},
        [
            (
                "database.replicas.replica.region",
                "us-west1",
                "one of regions: us-central1, us-east1",
            )
        ],
    ),
    "promoted replica is in none of the regions": (
        "prod",
        {"database.promoted": {"replica": "second", "region": "us-east1"}},
        {"database.promoted": {"replica": "second", "region": "us-west1"}},
        [
            (
                "database.promoted.region",
                "us-west1",
                "one of regions: us-central1, us-east1",
            )
        ],
    ),
    "service runs in none of the regions": (
        "prod",
        {"services.auth.regions": ["us-central1", "us-east1"]},
        {"services.auth.regions": ["us-central1", "us-west1"]},
        [("services.auth.regions.1", "us-west1", "one of regions: us-central1, us-east1")],
    ),
    "service names a region twice": (
        "prod",
        {"services.ai.regions": ["us-central1"]},
        {"services.ai.regions": ["us-central1", "us-central1"]},
        [("services.ai.regions", "us-central1 twice", "each region once")],
    ),
    "two services take the rest of the paths": (
        "dev",
        {"services.auth.route": {"default": True}, "services.api.route": {"paths": ["/api"]}},
        {"services.auth.route": {"default": True}},
        [("services", "route.default in auth, api", "route.default: true in one service")],
    ),
    "no service takes the rest of the paths": (
        "dev",
        {"services.api.route": {"default": True}},
        {"services.api.route": {"paths": ["/api"]}},
        [("services", "route.default in no service", "route.default: true in one service")],
    ),
    "two services take a path": (
        "dev",
        {"services.ai.route.paths": ["/ai", "/authentication"]},
        {"services.ai.route.paths": ["/ai", "/auth"]},
        [("services.ai.route.paths.1", "/auth", "a path that services.auth does not take")],
    ),
    "a service takes a path twice": (
        "dev",
        {"services.ai.route.paths": ["/ai", "/ai/v1"]},
        {"services.ai.route.paths": ["/ai", "/ai"]},
        [("services.ai.route.paths.1", "/ai", "a path that services.ai does not take")],
    ),
    "a route without a path": (
        "dev",
        {"services.ai.route": REMOVED},
        {"services.ai.route": {}},
        [("services.ai.route", "no path", "paths, or default: true")],
    ),
    "an alias is the API's": (
        "dev",
        {"domain.alias_labels": ["www", "apis"]},
        {"domain.alias_labels": ["www", "api"]},
        [("domain.alias_labels", "api twice", "each label once, and not api_label (api)")],
    ),
    "an alias twice": (
        "dev",
        {"domain.alias_labels": ["www", "www2"]},
        {"domain.alias_labels": ["www", "www"]},
        [("domain.alias_labels", "www twice", "each label once, and not api_label (api)")],
    ),
    "usual cache time above the longest": (
        "dev",
        {"services.api.route.cdn": {"default_ttl_seconds": 60, "max_ttl_seconds": 60}},
        {"services.api.route.cdn": {"default_ttl_seconds": 61, "max_ttl_seconds": 60}},
        [("services.api.route.cdn.max_ttl_seconds", "60", "at least default_ttl_seconds (61)")],
    ),
}
