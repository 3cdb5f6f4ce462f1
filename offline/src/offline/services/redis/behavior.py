"""Memorystore for Redis: addresses, ports, and certificates of instances."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.protocol.values import UNKNOWN
from offline.provider_facts.ids import made_up
from offline.services.behavior import Value, certificate, on_create
from offline.services.servicenetworking.addresses import private_address

_PLACES = (("location_id", "a"), ("alternative_location_id", "b"))


def _zone(value: Value, name: str, letter: str) -> str:
    asked = value.get(name)
    return asked if isinstance(asked, str) and asked else f"{value['region']}-{letter}"


@on_create("google_redis_instance")
def redis_instance(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """With TLS it listens on 6378 and has a certificate; it has a node for each replica. Source:
    Memorystore for Redis, "In-transit encryption", "AUTH feature overview".
    """
    secure = value.get("transit_encryption_mode") == "SERVER_AUTHENTICATION"
    asked, zones = value.get("replica_count"), [_zone(value, *place) for place in _PLACES]
    replicas = int(value.get("tier") == "STANDARD_HA") if asked in (None, UNKNOWN) else int(asked)
    network, seed = value.get("authorized_network"), str(value["name"])
    return {
        "host": private_address(network if isinstance(network, str) else "default", seed, cloud),
        "port": 6378 if secure else 6379,
        "server_ca_certs": [{**certificate(seed), "serial_number": made_up("number", seed)}]
        if secure
        else [],
        "nodes": [{"id": f"node-{at}", "zone": zones[at % 2]} for at in range(1 + replicas)],
        "replica_count": replicas,
        "alternative_location_id": zones[1] if replicas else "",
        "read_endpoint": "",
        "read_endpoint_port": 0,
        "auth_string": made_up("uuid", f"{seed}/auth") if value.get("auth_enabled") is True else "",
    }
