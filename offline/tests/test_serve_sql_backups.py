"""Backups of Cloud SQL: those of an instance, and those of a project, which outlive it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_client import PROJECT, Client

SQL = f"sqladmin/v1/{PROJECT}"
SETTINGS = {"tier": "db-custom-1-3840", "userLabels": {"team": "shop"}}


def create(client: Client, name: str, **more: Any) -> None:
    described = {"name": name, "databaseVersion": "POSTGRES_15", "region": "us-central1", **more}
    run(client, "POST", f"{SQL}/instances", {"settings": SETTINGS, **described})


def run(client: Client, verb: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = client(verb, path, body)
    assert answer.status == 200, answer.body
    client.server.settled(answer.body["name"])
    return answer.body


def backups(client: Client, instance: str = "shop") -> list[dict[str, Any]]:
    listed = client("GET", f"{SQL}/backups?filter=instance:{instance}").body
    found: list[dict[str, Any]] = listed.get("backups", [])
    return found


@pytest.mark.parametrize(
    ("settings", "query", "kinds"),
    [
        ({}, "", []),
        ({"retainBackupsOnDelete": True}, "", ["ON_DEMAND"]),
        ({}, "?enableFinalBackup=true", ["FINAL"]),
        ({"finalBackupConfig": {"enabled": True}}, "", ["FINAL"]),
    ],
)
def test_deletion_keeps_backups_as_settings_and_request_say(
    client: Client, settings: dict[str, Any], query: str, kinds: list[str]
) -> None:
    create(client, "shop", settings={**SETTINGS, **settings})
    run(client, "POST", f"{SQL}/instances/shop/backupRuns", {})
    assert ["instanceDeletionTime" in one for one in backups(client)] == [False]
    run(client, "DELETE", f"{SQL}/instances/shop{query}")
    assert [one["type"] for one in backups(client)] == kinds
    assert all(one["instanceDeletionTime"] for one in backups(client))
    assert client("GET", f"{SQL}/instances/shop/backupRuns").status == 404


def test_backup_creates_instance_in_another_region(client: Client) -> None:
    create(client, "shop")
    run(client, "DELETE", f"{SQL}/instances/shop?enableFinalBackup=true")
    (backup,) = backups(client)
    assert client("GET", f"sqladmin/v1/{backup['name']}").body == backup
    body = {"backup": backup["name"], "restoreInstanceSettings": {"region": "us-east1"}}
    run(client, "POST", f"{SQL}/instances/new/restoreBackup", body)
    created = client("GET", f"{SQL}/instances/new").body
    assert (created["region"], created["settings"]["userLabels"]) == ("us-east1", {"team": "shop"})


def test_clone_of_deleted_instance_requires_time_of_deletion(client: Client) -> None:
    create(client, "shop")
    run(client, "DELETE", f"{SQL}/instances/shop?enableFinalBackup=true")
    (backup,) = backups(client)
    clone = f"{SQL}/instances/shop/clone"
    context = {"destinationInstanceName": "copy"}
    assert client("POST", clone, {"cloneContext": context}).status == 404
    context["sourceInstanceDeletionTime"] = backup["instanceDeletionTime"]
    run(client, "POST", clone, {"cloneContext": context})
    assert client("GET", f"{SQL}/instances/copy").body["state"] == "RUNNABLE"


def test_deleted_backup_is_gone(client: Client) -> None:
    create(client, "shop")
    run(client, "POST", f"{SQL}/instances/shop/backupRuns", {})
    (backup,) = backups(client)
    run(client, "DELETE", f"sqladmin/v1/{backup['name']}")
    assert backups(client) == []
    assert client("GET", f"sqladmin/v1/{backup['name']}").status == 404


def test_promoted_replica_is_a_primary(client: Client) -> None:
    create(client, "shop")
    create(client, "copy", region="us-east1", masterInstanceName="shop")
    promote = f"{SQL}/instances/{{}}/promoteReplica"
    assert client("POST", promote.format("shop")).status == 400
    run(client, "POST", promote.format("copy"))
    promoted = client("GET", f"{SQL}/instances/copy").body
    assert (promoted["instanceType"], "masterInstanceName" in promoted) == (
        "CLOUD_SQL_INSTANCE",
        False,
    )
    assert client("GET", f"{SQL}/instances/shop").body.get("replicaNames", []) == []
