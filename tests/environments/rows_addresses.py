"""Rules of addresses: the last range that Google accepts, and the first that it does not."""

from typing import Any

from tests.environments.samples import Row

SUBNET = "regions.us-central1.subnet_range"
SERVICES = "network.private_services_range"
ADDITIONAL = "network.additional_private_services_ranges"
BRIDGE = "172.17.0.0/16 (which Cloud SQL instances use themselves and cannot reach)"


def _row(path: str, legal: str, illegal: str, reserved: str) -> Row:
    expected = f"a range that does not overlap {reserved}, such as one in 10.0.0.0/8"
    return "dev", {path: legal}, {path: illegal}, [(path, illegal, expected)]


def _capacity(name: str, longest: int, regions: int, redis: int, **changes: Any) -> Row:
    expected = (
        f"a /{longest} or larger, best a /16, or more additional_private_services_ranges: Cloud "
        f"SQL takes a /24 in each region of the database and its replicas ({regions}), Redis a /29 "
        f"of this range in each region ({redis})"
    )
    legal, illegal = (changes | {SERVICES: f"10.64.0.0/{size}"} for size in (longest, longest + 1))
    return name, legal, illegal, [(SERVICES, f"a /{longest + 1}", expected)]


def _direct(instances: int, legal: str, illegal: str) -> Row:
    expected = (
        f"a /{legal[-2:]} or larger: Direct VPC egress takes 2 addresses for each of up to "
        f"{instances} instances (max_instances), and a /26 at least"
    )
    changes = {
        "network.egress": "direct",
        "services.ai.max_instances": instances - 20,
        "database.max_connections": 500,
    }
    problem = (SUBNET, f"a /{illegal[-2:]}", expected)
    return "dev", changes | {SUBNET: legal}, changes | {SUBNET: illegal}, [problem]


ROWS: dict[str, Row] = {
    "private services in the bridge of Cloud SQL": _row(
        SERVICES, "172.16.0.0/16", "172.17.0.0/16", BRIDGE
    ),
    "private services around the bridge of Cloud SQL": _row(
        SERVICES, "172.18.0.0/15", "172.16.0.0/12", BRIDGE
    ),
    "subnet in the bridge of Cloud SQL": _row(SUBNET, "172.18.0.0/24", "172.17.255.0/24", BRIDGE),
    "connector in the bridge of Cloud SQL": _row(
        "regions.us-central1.connector.range", "172.16.255.240/28", "172.17.0.0/28", BRIDGE
    ),
    "pods at addresses of the own machine": _row(
        "regions.us-central1.pods_range",
        "240.0.0.0/16",
        "169.254.0.0/24",
        "169.254.0.0/16 (link-local)",
    ),
    "services at addresses of Google's APIs": _row(
        "regions.us-central1.services_range",
        "199.36.152.0/24",
        "199.36.153.8/29",
        "199.36.153.8/30 (private.googleapis.com)",
    ),
    "subnet with the broadcast address": _row(
        SUBNET, "255.255.254.0/24", "255.255.255.0/24", "255.255.255.255/32 (broadcast)"
    ),
    "private services of one region": _capacity("dev", 23, 1, 1),
    "private services of two regions and a replica": _capacity("prod", 22, 2, 2),
    "private services of a replica in the primary region": _capacity(
        "prod", 23, 1, 2, **{"database.replicas.replica.region": "us-central1"}
    ),
    "private services with an additional range": _capacity(
        "prod", 23, 2, 2, **{ADDITIONAL: ["10.66.0.0/24"]}
    ),
    "Direct VPC egress needs a /26": _direct(21, "10.0.0.0/26", "10.0.0.0/27"),
    "Direct VPC egress of 30 instances": _direct(30, "10.0.0.0/26", "10.0.0.0/27"),
    "Direct VPC egress of 31 instances": _direct(31, "10.0.0.0/25", "10.0.0.0/26"),
}
