"""Compute Engine: defaults of networks, and ranges for peering."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest
from offline.services.behavior import Value, on_answer, on_create, on_read
from offline.services.servicenetworking.addresses import free_range


@on_create("google_compute_global_address")
def global_address(value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Give a range for peering a private address and the requested length. Source: Compute,
    globalAddresses.insert.
    """
    if value.get("purpose") not in {"VPC_PEERING", "PRIVATE_SERVICE_CONNECT"}:
        return {}
    length = value.get("prefix_length")
    bits = int(length) if isinstance(length, int | float) else 24
    range_ = free_range(str(value.get("name")), bits, ())
    return {"address": str(range_.network_address), "prefix_length": bits}


@on_create("google_compute_address")
def address(value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Source: Compute, addresses: an external address has a tier, an internal one has none."""
    is_internal = value.get("address_type") == "INTERNAL"
    return {"network_tier": "" if is_internal else "PREMIUM"}


@on_read("google_compute_address", "google_compute_global_address")
def version(value: Value) -> dict[str, Any]:
    """Return the version of an external address, which the API always answers."""
    if value.get("address_type") == "INTERNAL" or value.get("ip_version"):
        return {}
    return {"ip_version": "IPV4"}


@on_read("google_compute_health_check", "google_compute_region_health_check")
def health_check(value: Value) -> dict[str, Any]:
    """Return the type, which the API takes from the block (google/services/compute, `Type`)."""
    kinds = (name for name in value if name.endswith("_health_check") and value[name])
    return {"type": next(kinds, "").removesuffix("_health_check").upper()}


@on_create("google_compute_network")
def network(value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Return the defaults of the API. Source: Compute, networks.insert."""
    return {"routing_mode": "REGIONAL", "numeric_id": str(int(digest(str(value["name"]))[:15], 16))}


@on_create("google_compute_subnetwork")
def subnetwork(_value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Return the defaults of the API. Source: Compute, subnetworks.insert."""
    return {
        "purpose": "PRIVATE",
        "stack_type": "IPV4_ONLY",
        "private_ipv6_google_access": "DISABLE_GOOGLE_ACCESS",
        "private_ip_google_access": False,
    }


@on_answer("google_compute_forwarding_rule", "google_compute_global_forwarding_rule")
def rule_address(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Return the address that a rule names by its resource (Compute, ForwardingRule.IPAddress)."""
    named = str(value.get("ip_address") or "").partition("/compute/v1/")
    id_ = named[2] or named[0]
    types = ("google_compute_global_address", "google_compute_address")
    found = (cloud.get(type_, id_) for type_ in types)
    return next(({"ip_address": one["address"]} for one in found if one), {})
