"""Resources of one name in two projects, or in two regions: each has contents of its own."""

from __future__ import annotations

from typing import Any
from urllib.request import urlopen

import pytest
from rest_client import Client

PROJECTS = ("projects/example-project", "projects/other-project")
INSTANCE = {
    "name": "shop",
    "databaseVersion": "POSTGRES_15",
    "region": "us-central1",
    "settings": {"tier": "db-custom-1-3840", "retainBackupsOnDelete": True},
}


def run(client: Client, verb: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = client(verb, f"sqladmin/v1/{path}", body)
    assert answer.status == 200, answer.body
    client.server.settled(answer.body["name"])
    return answer.body


def names(client: Client, path: str) -> list[str]:
    return [one["name"] for one in client("GET", f"sqladmin/v1/{path}").body.get("items", [])]


@pytest.fixture
def instances(client: Client) -> tuple[str, str]:
    """Create an instance of one name in two projects, with a database each."""
    for project in PROJECTS:
        run(client, "POST", f"{project}/instances", INSTANCE)
        database = {"name": f"of-{project.partition('/')[2]}"}
        run(client, "POST", f"{project}/instances/shop/databases", database)
    one, other = (f"{project}/instances/shop" for project in PROJECTS)
    return one, other


def test_instances_have_databases_and_users_of_their_own(
    client: Client, instances: tuple[str, str]
) -> None:
    one, other = instances
    run(client, "POST", f"{one}/users", {"name": "app", "password": "x"})
    assert names(client, f"{one}/databases") == ["of-example-project"]
    assert names(client, f"{other}/databases") == ["of-other-project"]
    assert "app" not in names(client, f"{other}/users")
    run(client, "DELETE", one)
    assert names(client, f"{other}/databases") == ["of-other-project"]


def test_instances_have_backups_and_operations_of_their_own(
    client: Client, instances: tuple[str, str]
) -> None:
    one, other = instances
    run(client, "POST", f"{one}/backupRuns", {})
    assert client("GET", f"sqladmin/v1/{other}/backupRuns").body["items"] == []
    assert client("GET", f"sqladmin/v1/{PROJECTS[1]}/backups").body["backups"] == []
    listed = client("GET", f"sqladmin/v1/{PROJECTS[1]}/operations?instance=shop").body["items"]
    assert [one["operationType"] for one in listed] == ["CREATE_DATABASE", "CREATE"]
    run(client, "DELETE", one)
    (retained,) = client("GET", f"sqladmin/v1/{PROJECTS[0]}/backups").body["backups"]
    assert retained["instanceDeletionTime"]
    assert client("GET", f"sqladmin/v1/{PROJECTS[1]}/backups").body["backups"] == []


def test_backup_of_another_project_is_restored(client: Client, instances: tuple[str, str]) -> None:
    one, other = instances
    run(client, "POST", f"{one}/backupRuns", {})
    (backup,) = client("GET", f"sqladmin/v1/{one}/backupRuns").body["items"]
    context = {"backupRunId": backup["id"], "instanceId": "shop"}
    restore = f"sqladmin/v1/{other}/restoreBackup"
    assert client("POST", restore, {"restoreBackupContext": context}).status == 404
    named = {**context, "project": "example-project"}
    run(client, "POST", f"{other}/restoreBackup", {"restoreBackupContext": named})
    assert names(client, f"{other}/databases") == ["of-example-project"]


@pytest.mark.parametrize(
    "other", ["projects/other-project/locations/us-central1", f"{PROJECTS[0]}/locations/us-east1"]
)
def test_services_of_one_name_answer_at_addresses_of_their_own(client: Client, other: str) -> None:
    google = client.server.google.service("run")
    first, second = (
        f"{place}/services/api" for place in (f"{PROJECTS[0]}/locations/us-central1", other)
    )
    google.create(first, "example/first")
    google.create(second, "example/second")
    for name, image in ((first, b"example/first"), (second, b"example/second")):
        with urlopen(google.services[name]["uri"]) as answer:  # noqa: S310 (this machine)
            assert answer.read() == image
    assert sorted(name.partition("/revisions/")[0] for name in google.served) == sorted(
        (first, second)
    )


def test_removed_peering_ends_the_connection_of_its_own_network(client: Client) -> None:
    connections = "servicenetworking/v1/services/servicenetworking.googleapis.com/connections"
    for project in PROJECTS:
        network = f"{project}/global/networks/main"
        compute = f"compute/compute/v1/{project}/global"
        client("POST", f"{compute}/networks", {"name": "main", "autoCreateSubnetworks": False})
        range_: dict[str, Any] = {"name": "range", "purpose": "VPC_PEERING", "network": network}
        range_ |= {"addressType": "INTERNAL", "prefixLength": 16}
        client("POST", f"{compute}/addresses", range_)
        body = {"network": network, "reservedPeeringRanges": ["range"]}
        assert client("POST", connections, body).status == 200
    one, other = (f"{project}/global/networks/main" for project in PROJECTS)
    peering = {"name": "servicenetworking-googleapis-com"}
    assert client("POST", f"compute/compute/v1/{one}/removePeering", peering).status == 200
    assert client("GET", f"{connections}?network={one}").body == {}
    assert len(client("GET", f"{connections}?network={other}").body["connections"]) == 1
