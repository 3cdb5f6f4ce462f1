"""The served Google rejects what Google rejects, whoever asks."""

from __future__ import annotations

import pytest
from rest_client import PROJECT, Client

SQL = f"sqladmin/sql/v1beta4/{PROJECT}/instances"
PODS = [{"rangeName": "pods", "ipCidrRange": "127.0.0.0/24"}]
SUBNETWORKS = f"compute/compute/v1/{PROJECT}/regions/us-central1/subnetworks"


@pytest.fixture
def instances(client: Client) -> Client:
    for name, version in (("pg", "POSTGRES_15"), ("my", "MYSQL_8_0")):
        body = {"name": name, "databaseVersion": version, "settings": {"tier": "db-f1-micro"}}
        assert client("POST", SQL, body).status == 200
    return client


@pytest.mark.parametrize(
    ("place", "name", "status"),
    [
        ("pg/databases", "template1", 400),
        ("pg/databases", "orders", 200),
        ("my/databases", "template1", 200),
        ("pg/users", "cloudsqlsuperuser", 400),
        ("pg/users", "pg_monitor", 400),
        ("pg/users", "postgres", 200),
        ("pg/users", "app", 200),
        ("my/users", "pg_monitor", 200),
    ],
)
def test_reserved_names_of_postgresql_are_rejected(
    instances: Client, place: str, name: str, status: int
) -> None:
    body = {"name": name, "instance": place.partition("/")[0]}
    reply = instances("POST", f"{SQL}/{place}", body)
    assert reply.status == status
    if status == 400:
        assert f'"{name}"' in reply.body["error"]["message"]


def subnetwork(name: str, range_: str, network: str = "main", **more: object) -> dict[str, object]:
    link = f"{PROJECT}/global/networks/{network}"
    return {"name": name, "network": link, "ipCidrRange": range_, **more}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (subnetwork("b", "10.0.16.0/20"), ""),
        (subnetwork("b", "10.0.0.128/25", "other"), ""),
        (subnetwork("b", "10.0.0.128/25"), "conflicts with existing subnetwork 'a'"),
        (subnetwork("b", "10.1.0.0/24"), "conflicts with existing subnetwork 'a'"),
        (subnetwork("b", "169.254.0.0/24"), "overlaps 169.254.0.0/16"),
        (subnetwork("b", "10.2.0.0/24", secondaryIpRanges=PODS), "overlaps 127.0.0.0/8"),
    ],
)
def test_ranges_of_subnetworks_are_checked(
    client: Client, body: dict[str, object], reason: str
) -> None:
    pods = [{"rangeName": "pods", "ipCidrRange": "10.1.0.0/16"}]
    held = subnetwork("a", "10.0.0.0/24", secondaryIpRanges=pods)
    assert client("POST", SUBNETWORKS, held).status == 200
    reply = client("POST", SUBNETWORKS, body)
    assert reply.status == (400 if reason else 200)
    assert reason in str(reply.body)
