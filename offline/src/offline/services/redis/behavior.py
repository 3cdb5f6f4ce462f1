"""Memorystore for Redis: addresses, ports, and certificates of instances."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest
from offline.services.behavior import Value, certificate, on_create
from offline.services.servicenetworking.addresses import private_address


@on_create("google_redis_instance")
def redis_instance(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """With TLS it listens on 6378 and has a certificate. Source: Memorystore for Redis, "In-transit
    encryption".
    """
    secure = value.get("transit_encryption_mode") == "SERVER_AUTHENTICATION"
    network, seed = value.get("authorized_network"), str(value["name"])
    return {
        "host": private_address(network if isinstance(network, str) else "default", seed, cloud),
        "port": 6378 if secure else 6379,
        "server_ca_certs": [{**certificate(seed), "serial_number": digest(seed)[:16]}]
        if secure
        else [],
        "nodes": [],
        "read_endpoint": "",
        "read_endpoint_port": 0,
        "auth_string": digest(f"{seed}/auth")[:36] if value.get("auth_enabled") is True else "",
    }
