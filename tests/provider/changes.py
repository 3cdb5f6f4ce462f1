"""Changes of an environment after its first apply: those that docs/traps.md describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from environments.naming import Names
from tests.template import data, variant

OTHER_RANGE = "10.200.0.0/28"
"""Range of the connectors of the primary region after a change."""


@dataclass(frozen=True)
class Change:
    """New values of an environment file, and the section of docs/traps.md that they come from."""

    name: str
    values: Mapping[str, Any]
    requests: tuple[tuple[str, str], ...] = ()
    """Method and path of requests that a person makes before the apply, with gcloud or SQL;
    `{instance}` is the name of the primary. A POST creates what the last part of the path names."""
    commands: tuple[tuple[str, ...], ...] = ()
    """Commands of Terraform before the apply, with the stack of the new values."""
    is_owner: bool = False
    """An owner applies it: ci-apply cannot delete instances of a protected environment."""


def refused(environment: str) -> Iterator[Change]:
    """Yield the changes of an applied environment whose plan ends with an error."""
    held = data(environment)
    if held["protect"]:
        for section in ("gateway", "vector_search", "backups", "cost"):
            yield Change(f"remove {section}", {section: None})
    region = held["primary_region"]
    yield Change("change the tier of Redis", _other_tier(held))
    yield from (
        Change(f"change {key}", {key: value})
        for key, value in {
            "network.private_services_range": "10.200.0.0/16",
            f"regions.{region}.connector.range": OTHER_RANGE,
            "database.name": "other",
        }.items()
    )


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
        Change(
            "add the connectors again, with another range",
            {
                "network.egress": "connector",
                f"regions.{held['primary_region']}.connector.range": OTHER_RANGE,
            },
        ),
        Change(
            "append a range of private services",
            {"network.additional_private_services_ranges": ["10.65.0.0/16"]},
        ),
        _rename_database(held),
    ]
    connections = held["database"].get("max_connections", 100)
    steps.append(Change("raise max_connections", {"database.max_connections": connections * 2}))
    steps.append(Change("unprotect", {"protect": False}))
    steps.append(_resize_cache(held))
    steps.append(_move_data(held))
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
        region = deepcopy(held["regions"][primary])
        region["connector"]["range"] = OTHER_RANGE
        values = {"regions": {primary: region}, "database.replicas": {}}
        steps.append(Change("remove the regions but the first", values, is_owner=True))
    return steps


def _rename_database(held: Mapping[str, Any]) -> Change:
    """Rename the database in PostgreSQL, and move its address to it."""
    name = "google_sql_database.main"
    instance = f"projects/{held['project_id']}/instances/{{instance}}"
    old, new = held["database"].get("name", "grid"), "other"
    return Change(
        "rename the database",
        {"database.name": new, "database.password_version": 3},
        requests=(
            ("POST", f"sqladmin/sql/v1beta4/{instance}/databases/{new}"),
            ("DELETE", f"sqladmin/sql/v1beta4/{instance}/databases/{old}"),
        ),
        commands=(("state", "rm", name), ("import", name, f"{instance}/databases/{new}")),
    )


def _move_data(held: Mapping[str, Any]) -> Change:
    """Replace buckets and datasets, and what Google deletes with them, in one apply."""
    current = held["storage"]["backups"]["location"]
    values = {"storage.backups.location": "US" if current == "EU" else "EU"}
    if held.get("cost", {}).get("export"):
        values["cost.export.location"] = "EU"
    return Change("move backups and costs to another location", values)


def _resize_cache(held: Mapping[str, Any]) -> Change:
    """Delete the Redis instances by hand, so that the apply only creates them."""
    names = Names.of(variant(held["environment"], {}))
    return Change(
        "change the tier of Redis",
        _other_tier(held),
        requests=tuple(
            (
                "DELETE",
                f"redis/v1/projects/{names.project_id}/locations/{region}/instances/"
                f"{names.redis(region)}",
            )
            for region in held["regions"]
        ),
    )


def _other_tier(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the other tier of Redis; only one of them has snapshots."""
    is_available = held.get("cache", {}).get("high_availability", False)
    return {"cache.high_availability": not is_available, "cache.snapshots": False}
