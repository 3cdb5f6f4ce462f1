"""Private services access: addresses that it gives to services."""

import ipaddress

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest


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
                network_ = ipaddress.ip_network(f"{range_['address']}/{range_['prefix_length']}")
                return str(network_[2 + int(digest(seed)[:8], 16) % (network_.num_addresses - 3)])
    return f"10.64.0.{2 + int(digest(seed)[:2], 16) % 250}"
