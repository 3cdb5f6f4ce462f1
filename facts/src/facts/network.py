"""VPC: sizes of ranges and of Serverless VPC Access connectors, and ranges of Google's own."""

from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network

from facts.table import bounds, integer, read, text


def connector_prefix_length() -> int:
    """Return the prefix length of the range of a connector."""
    return integer("network", "connector_prefix_length")


def connector_min_instances_range() -> tuple[int, int]:
    """Return the lowest and the highest minimum of instances of a connector."""
    return bounds("network", "connector_min_instances")


def connector_max_instances_range() -> tuple[int, int]:
    """Return the lowest and the highest maximum of instances of a connector."""
    return bounds("network", "connector_max_instances")


def private_services_prefix_lengths() -> tuple[int, int]:
    """Return the shortest and the longest prefix length of a range for private services access."""
    return bounds("network", "private_services_prefix_lengths")


def subnet_max_prefix_length() -> int:
    """Return the longest prefix length of a range of a subnet."""
    return integer("network", "subnet_max_prefix_length")


def direct_egress_max_prefix_length() -> int:
    """Return the longest prefix length of a subnet that Direct VPC egress takes addresses from."""
    return integer("network", "direct_egress_max_prefix_length")


@cache
def prohibited_ranges() -> Mapping[IPv4Network, str]:
    """Return the ranges that no range of a subnet overlaps, and what they are for."""
    ranges = read("network")["prohibited_ranges"].value
    return {IPv4Network(range_): purpose for range_, purpose in ranges.items()}


@cache
def docker_bridge() -> IPv4Network:
    """Return the range that each Cloud SQL instance uses inside of itself."""
    return IPv4Network(text("network", "docker_bridge"))


def cloud_sql_prefix_length() -> int:
    """Return the prefix length of the private block that Cloud SQL takes in each region."""
    return integer("network", "cloud_sql_prefix_length")


def redis_prefix_length() -> int:
    """Return the prefix length of the private block of a Redis instance without read replicas."""
    return integer("network", "redis_prefix_length")


def direct_egress_addresses_per_instance() -> int:
    """Return the number of addresses that Direct VPC egress takes for an instance of a service."""
    return integer("network", "direct_egress_addresses_per_instance")


def subnet_unusable_addresses() -> int:
    """Return the number of addresses of a primary range that Google Cloud keeps."""
    return integer("network", "subnet_unusable_addresses")
