"""Cloud SQL: addresses and certificates of instances."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.protocol.values import UNKNOWN
from offline.provider_facts.ids import digest
from offline.services.behavior import Value, certificate, first_block, on_create
from offline.services.servicenetworking.addresses import private_address


@on_create("google_sql_database_instance")
def sql_instance(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Addresses by what the instance is connected to. Source: Cloud SQL Admin, instances.get
    (ipAddresses).
    """
    settings = first_block(value.get("settings"))
    connection = first_block(settings.get("ip_configuration"))
    network = connection.get("private_network")
    seed = str(value["name"])
    addresses = []
    if connection.get("ipv4_enabled") in (None, True, UNKNOWN):
        addresses.append(("PRIMARY", f"203.0.113.{1 + int(digest(seed)[:2], 16) % 250}"))
    if isinstance(network, str) and network:
        addresses.append(("PRIVATE", private_address(network, seed, cloud)))
    by_kind = dict(addresses)
    return {
        "ip_address": [
            {"ip_address": address, "type": kind, "time_to_retire": ""}
            for kind, address in addresses
        ],
        "first_ip_address": addresses[0][1] if addresses else "",
        "private_ip_address": by_kind.get("PRIVATE", ""),
        "public_ip_address": by_kind.get("PRIMARY", ""),
        "server_ca_cert": [certificate(seed)],
        "instance_type": "READ_REPLICA_INSTANCE"
        if value.get("master_instance_name")
        else "CLOUD_SQL_INSTANCE",
        "maintenance_version": f"{value.get('database_version')}.R20250101.00_00",
        "available_maintenance_versions": [],
    }
