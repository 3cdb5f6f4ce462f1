"""VPC: sizes of ranges and of Serverless VPC Access connectors."""

from facts.table import bounds, integer


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
