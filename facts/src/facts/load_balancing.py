"""Application Load Balancer: limits of URL maps and certificates."""

from facts.table import integer


def max_url_map_tests() -> int:
    """Return the highest number of tests of a URL map."""
    return integer("load_balancing", "max_url_map_tests")


def max_url_map_bytes() -> int:
    """Return the highest size of a URL map in bytes."""
    return integer("load_balancing", "max_url_map_bytes")


def max_certificate_domains() -> int:
    """Return the highest number of domains of a Google-managed certificate."""
    return integer("load_balancing", "max_certificate_domains")
