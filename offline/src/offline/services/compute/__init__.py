"""Compute Engine: networks, load balancing, and Cloud Armor."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_compute_": "compute"},
    others=("google_vpc_access_connector",),
    modules=(
        "quotas",
        "networks",
        "cloud_armor",
        "backends",
        "frontends",
        "url_maps",
        "deletion",
        "behavior",
        "instances",
    ),
    not_modelled={
        "google_compute_": (
            "packets: reachability, NAT ports, firewall order",
            "certificates never become ACTIVE or FAILED",
            "URL maps: route rules (priorities, header matches) in tests",
            "Cloud Armor expressions are read for WAF names, sensitivity and number of clauses, "
            "not parsed",
            "names of WAF rule sets are written from knowledge of the documentation",
            "a subnet stays in use for an hour or two after Cloud Run leaves it",
            "ranges that Google picks itself (a range without an address)",
        )
    },
    children={
        "google_compute_network": (
            ("google_service_networking_connection", "network"),
            ("google_compute_network_peering", "network"),
        ),
    },
)
