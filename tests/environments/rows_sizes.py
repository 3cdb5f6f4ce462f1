"""Rules of the size of an environment: the last one that fits, and the first one that does not."""

from tests.environments.samples import Changes, Row

GRANTS = (
    "at most 1,400: the allow policy of a project has up to 1,500 principals. Name fewer `roles`, "
    "or move services to an environment of their own"
)
BYTES = "at most 1,000,000 bytes: join paths of a service below one prefix"
PATHS = [f"/{number:04}".ljust(200, "x") for number in range(2300)]
REPLICAS = "at most 17, as many as the filter of an alert can name"
DOMAINS = "at most 100, as many as a Google-managed certificate has"


def _with_services(count: int) -> Changes:
    """Add up to so many services with four project roles each, as dev's own three have."""
    return {f"services.s{number}": {"vertex_ai": True} for number in range(count - 3)}


def _with_paths(count: int) -> Changes:
    """Add a service with so many paths, beside the two of dev's own."""
    return {"services.one": {"route": {"paths": PATHS[:count]}}}


def _with_replicas(count: int) -> Changes:
    return {f"database.replicas.r{number}": {"region": "us-central1"} for number in range(count)}


def _with_hosts(count: int) -> Changes:
    """Add up to so many hosts: the domain, the API's and aliases."""
    return {"domain.alias_labels": [f"a{number}" for number in range(count - 2)]}


def _with_ranges(count: int) -> Changes:
    """Add so many trusted addresses."""
    ranges = [f"203.{number // 256}.{number % 256}.1/32" for number in range(count)]
    return {"cloud_armor.allow_ranges": ranges}


def _with_denied(count: int) -> Changes:
    """Deny so many addresses."""
    return {"cloud_armor.deny_ranges": _with_ranges(count)["cloud_armor.allow_ranges"]}


ROWS: dict[str, Row] = {
    "more denied ranges than priorities": (
        "dev",
        _with_denied(4000),
        _with_denied(4001),
        [
            (
                "cloud_armor.deny_ranges",
                "4,001 ranges",
                "at most 4,000: join neighbors to shorter prefixes",
            )
        ],
    ),
    "a rule set in preview that is not evaluated": (
        "dev",
        {"cloud_armor.preview_rule_sets": ["rce-v33-stable"]},
        {"cloud_armor.preview_rule_sets": ["php-v33-stable"]},
        [
            (
                "cloud_armor.preview_rule_sets",
                "php-v33-stable",
                "rule sets that are in waf_rule_sets too",
            )
        ],
    ),
    "more trusted ranges than priorities": (
        "dev",
        _with_ranges(9000),
        _with_ranges(9001),
        [
            (
                "cloud_armor.allow_ranges",
                "9,001 ranges",
                "at most 9,000: join neighbors to shorter prefixes",
            )
        ],
    ),
    "more project roles than an allow policy holds": (
        "dev",
        _with_services(350),
        _with_services(351),
        [("services", "1,404 project roles of 351 services", GRANTS)],
    ),
    "more paths than a URL map holds": (
        "dev",
        _with_paths(2202),
        _with_paths(2203),
        [("services", "2,205 paths, which make a URL map of more than 1,000,286 bytes", BYTES)],
    ),
    "more replicas than a filter holds": (
        "dev",
        _with_replicas(17),
        _with_replicas(18),
        [("database.replicas", "18 replicas", REPLICAS)],
    ),
    "more hosts than a certificate holds": (
        "dev",
        _with_hosts(100),
        _with_hosts(101),
        [("domain.alias_labels", "101 host names", DOMAINS)],
    ),
}
