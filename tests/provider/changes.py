"""Changes of an environment after its first apply: those that docs/traps.md describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.template import data


@dataclass(frozen=True)
class Change:
    """New values of an environment file, and the section of docs/traps.md that they come from."""

    name: str
    values: Mapping[str, Any]


def changes(environment: str) -> list[Change]:
    """Return the changes of an environment, in the order in which they are applied.

    Each has the values of those before it too. The last one takes the protection off.
    """
    held = data(environment)
    generated = next(name for name, one in held["secrets"].items() if one["source"] == "generated")
    steps = [
        Change("rotate a password", {"database.password_version": 2}),
        Change(f"rotate the secret {generated}", {f"secrets.{generated}.version": 2}),
        Change("remove the connectors", {"network.egress": "direct"}),
        Change("add the connectors again", {"network.egress": "connector"}),
    ]
    connections = held["database"].get("max_connections", 100)
    steps.append(Change("raise max_connections", {"database.max_connections": connections * 2}))
    steps.append(Change("unprotect", {"protect": False}))
    if "gateway" in held:
        rate = {"gateway.requests_per_second": 20}
        steps += [
            Change("change the gateway", rate),
            Change("remove the gateway", {"gateway": None}),
        ]
    services = held["services"]
    if len(services) > 1:
        routed = [name for name, one in services.items() if not one.get("route", {}).get("default")]
        left = {name: one for name, one in services.items() if name != routed[0]}
        steps.append(Change(f"remove the service {routed[0]}", {"services": left}))
    if len(held["regions"]) > 1:
        primary = held["primary_region"]
        values = {"regions": {primary: held["regions"][primary]}, "database.replicas": {}}
        steps.append(Change("remove the regions but the first", values))
    return steps
