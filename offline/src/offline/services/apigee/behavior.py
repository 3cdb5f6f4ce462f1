"""Apigee: the state of addresses."""

from typing import Any

from offline.services.behavior import Value, on_read


@on_read("google_apigee_nat_address")
def address(value: Value) -> dict[str, Any]:
    """Use an address only once it is activated. Source: Apigee API, NatAddress.state."""
    return {"state": "ACTIVE"} if value.get("activate") else {}
