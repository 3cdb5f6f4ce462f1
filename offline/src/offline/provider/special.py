"""What the API answers for single types, beyond formats: numbers that count, addresses from a
reserved range.

Each function gets the resource as it was asked for and gives attributes that it then has. Sources
are named with each.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from offline.facts.ids import project_number
from offline.protocol.values import UNKNOWN
from offline.provider.fakes import digest
from offline.world import World

Value = Mapping[str, Any]
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


def special(type_: str, value: Value, world: World) -> dict[str, Any]:
    """Return attributes of a new resource; those that it did not leave to the API are not changed
    by it.
    """
    make = _MAKERS.get(type_)
    return make(value, world) if make else {}


def _secret_version(value: Value, world: World) -> dict[str, Any]:
    """Versions count from 1 and are never used again while the secret lives. Source: Secret
    Manager, AddSecretVersion.
    """
    project, name = _places(str(value["secret"]))
    number = 0
    for event in world.events:
        if event.type == "google_secret_manager_secret_version" and event.action == "create":
            secret, _, version = event.id.rpartition("/versions/")
            if _places(secret) == (project, name):
                number = max(number, int(version))
        elif event.type == "google_secret_manager_secret" and event.action == "delete":
            number = 0 if _places(event.id) == (project, name) else number
    return {"version": str(number + 1)}


def _places(secret: str) -> tuple[str, str]:
    """Return project and name of a secret; versions name their project by its number."""
    parts = secret.split("/")
    project = parts[1] if parts[0] == "projects" and len(parts) > 1 else ""
    return project if project.isdigit() or not project else project_number(project), parts[-1]


def _global_address(value: Value, _world: World) -> dict[str, Any]:
    """A range for peering is private and as large as asked. Source: Compute,
    globalAddresses.insert.
    """
    if value.get("purpose") not in {"VPC_PEERING", "PRIVATE_SERVICE_CONNECT"}:
        return {}
    length = value.get("prefix_length")
    bits = int(length) if isinstance(length, int | float) else 24
    second = 100 + int(digest(str(value.get("name")))[:4], 16) % 100
    range_ = ipaddress.ip_network(f"10.{second}.0.0/{bits}", strict=False)
    return {"address": str(range_.network_address), "prefix_length": bits}


def _sql_instance(value: Value, world: World) -> dict[str, Any]:
    """Addresses by what the instance is connected to. Source: Cloud SQL Admin, instances.get
    (ipAddresses).
    """
    settings = _first(value.get("settings"))
    connection = _first(settings.get("ip_configuration"))
    network = connection.get("private_network")
    seed = str(value["name"])
    addresses = []
    if connection.get("ipv4_enabled") in (None, True, UNKNOWN):
        addresses.append(("PRIMARY", f"203.0.113.{1 + int(digest(seed)[:2], 16) % 250}"))
    if isinstance(network, str) and network:
        addresses.append(("PRIVATE", _peered(network, seed, world)))
    by_kind = dict(addresses)
    return {
        "ip_address": [
            {"ip_address": address, "type": kind, "time_to_retire": ""}
            for kind, address in addresses
        ],
        "first_ip_address": addresses[0][1] if addresses else "",
        "private_ip_address": by_kind.get("PRIVATE", ""),
        "public_ip_address": by_kind.get("PRIMARY", ""),
        "server_ca_cert": [_ca(seed)],
        "instance_type": "READ_REPLICA_INSTANCE"
        if value.get("master_instance_name")
        else "CLOUD_SQL_INSTANCE",
        "maintenance_version": f"{value.get('database_version')}.R20250101.00_00",
        "available_maintenance_versions": [],
    }


def _redis_instance(value: Value, world: World) -> dict[str, Any]:
    """With TLS it listens on 6378 and has a certificate. Source: Memorystore for Redis, "In-transit
    encryption".
    """
    secure = value.get("transit_encryption_mode") == "SERVER_AUTHENTICATION"
    network, seed = value.get("authorized_network"), str(value["name"])
    return {
        "host": _peered(network if isinstance(network, str) else "default", seed, world),
        "port": 6378 if secure else 6379,
        "server_ca_certs": [{**_ca(seed), "serial_number": digest(seed)[:16]}] if secure else [],
        "nodes": [],
        "read_endpoint": "",
        "read_endpoint_port": 0,
        "auth_string": digest(f"{seed}/auth")[:36] if value.get("auth_enabled") is True else "",
    }


def _run_service(_value: Value, _world: World) -> dict[str, Any]:
    """A new service is ready and serves its newest revision. Source: Cloud Run Admin v2,
    Service.
    """
    return {
        "reconciling": False,
        "traffic_statuses": [
            {
                "percent": 100,
                "revision": "",
                "tag": "",
                "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST",
                "uri": "",
            }
        ],
    }


def _network(value: Value, _world: World) -> dict[str, Any]:
    """Source: Compute, networks.insert: what the API sets when it is not told."""
    return {"routing_mode": "REGIONAL", "numeric_id": str(int(digest(str(value["name"]))[:15], 16))}


def _subnetwork(_value: Value, _world: World) -> dict[str, Any]:
    """Source: Compute, subnetworks.insert: what the API sets when it is not told."""
    return {
        "purpose": "PRIVATE",
        "stack_type": "IPV4_ONLY",
        "private_ipv6_google_access": "DISABLE_GOOGLE_ACCESS",
        "private_ip_google_access": False,
    }


def _peered(network: str, seed: str, world: World) -> str:
    """Return an address in a range that private services access has reserved in the network, else
    in 10.64.0.0/24.
    """
    name = network.rsplit("/", 1)[-1]
    for connection in world.of("google_service_networking_connection"):
        if str(connection.get("network")).rsplit("/", 1)[-1] != name:
            continue
        reserved = connection.get("reserved_peering_ranges") or []
        for range_ in world.of("google_compute_global_address"):
            if range_.get("name") in reserved and range_.get("address"):
                network_ = ipaddress.ip_network(f"{range_['address']}/{range_['prefix_length']}")
                return str(network_[2 + int(digest(seed)[:8], 16) % (network_.num_addresses - 3)])
    return f"10.64.0.{2 + int(digest(seed)[:2], 16) % 250}"


def _ca(seed: str) -> dict[str, Any]:
    return {
        "cert": _CERTIFICATE.format(digest(f"{seed}/certificate")),
        "common_name": "C=US,O=Google\\, Inc,CN=Google Cloud offline",
        "create_time": "2025-01-01T00:00:00Z",
        "expiration_time": "2035-01-01T00:00:00Z",
        "expire_time": "2035-01-01T00:00:00Z",
        "sha1_fingerprint": digest(seed)[:40],
    }


def _first(blocks: Any) -> Mapping[str, Any]:
    return blocks[0] if isinstance(blocks, list) and blocks else {}


def _index_endpoint(value: Value, _world: World) -> dict[str, Any]:
    """A public endpoint has a host name. Source: Vertex AI REST, IndexEndpoint."""
    if not value.get("public_endpoint_enabled"):
        return {"public_endpoint_domain_name": ""}
    number, project = int(digest(str(value["display_name"]))[:8], 16), str(value["project"])
    host = f"{number}.{value['region']}-{project_number(project)}.vdb.vertexai.goog"
    return {"public_endpoint_domain_name": host}


_MAKERS: dict[str, Callable[[Value, World], dict[str, Any]]] = {
    "google_secret_manager_secret_version": _secret_version,
    "google_compute_global_address": _global_address,
    "google_sql_database_instance": _sql_instance,
    "google_redis_instance": _redis_instance,
    "google_cloud_run_v2_service": _run_service,
    "google_compute_network": _network,
    "google_compute_subnetwork": _subnetwork,
    "google_vertex_ai_index_endpoint": _index_endpoint,
}
