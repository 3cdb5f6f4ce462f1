"""Private services access: addresses that it gives to services."""

import ipaddress
from collections.abc import Iterable
from itertools import chain

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest


def free_range(
    seed: str, length: int, used: Iterable[ipaddress.IPv4Network]
) -> ipaddress.IPv4Network:
    """Return a private range of a prefix length that overlaps none in use; a large one may have to.

    Source: https://cloud.google.com/vpc/docs/configure-private-services-access, "Create an IP
    allocation": without an address, Google chooses an unused range.
    """
    taken = list(used)
    first = f"10.{100 + int(digest(seed)[:4], 16) % 100}.0.0/{length}"
    start = ipaddress.IPv4Network(first, strict=False)
    blocks = (
        block
        for private in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
        if length >= ipaddress.IPv4Network(private).prefixlen
        for block in ipaddress.IPv4Network(private).subnets(new_prefix=length)
    )
    return next(
        (block for block in chain([start], blocks) if not any(map(block.overlaps, taken))), start
    )


def private_address(network: str, seed: str, cloud: FakeCloud) -> str:
    """Return an address in a range that private services access has reserved in the network, else
    in 10.64.0.0/24.
    """
    name = network.rsplit("/", 1)[-1]
    for connection in cloud.of("google_service_networking_connection"):
        if str(connection.get("network")).rsplit("/", 1)[-1] != name:
            continue
        reserved = connection.get("reserved_peering_ranges") or []
        for range_ in cloud.of("google_compute_global_address"):
            if range_.get("name") in reserved and range_.get("address"):
                whole = f"{range_['address']}/{range_['prefix_length']}"
                network_ = ipaddress.ip_network(whole, strict=False)
                return str(network_[2 + int(digest(seed)[:8], 16) % (network_.num_addresses - 3)])
    return f"10.64.0.{2 + int(digest(seed)[:2], 16) % 250}"
