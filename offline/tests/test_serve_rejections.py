"""The served Google rejects what Google rejects, whoever asks."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

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
        (subnetwork("b", "10.1.0.0/24"), "conflicts with existing secondary range 'pods'"),
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


POLICIES = f"monitoring/v3/{PROJECT}/alertPolicies"
METRICS = f"logging/v2/{PROJECT}/metrics"


def policy(metric: str) -> dict[str, object]:
    filter_ = f'metric.type="{metric}" AND resource.type="cloud_run_revision"'
    condition = {"filter": filter_, "comparison": "COMPARISON_GT", "duration": "0s"}
    threshold = {"displayName": "c", "conditionThreshold": condition}
    return {"displayName": "p", "combiner": "OR", "conditions": [threshold]}


@pytest.mark.parametrize(
    ("metric", "status"),
    [
        ("run.googleapis.com/request_count", 200),
        ("run.googleapis.com/request_counts", 404),
        ("logging.googleapis.com/user/errors", 200),
        ("logging.googleapis.com/user/error", 404),
        ("custom.googleapis.com/orders", 404),
        ("cloudsql.googleapis.com/database/up", 400),
    ],
)
def test_metrics_of_alert_policies_are_checked(client: Client, metric: str, status: int) -> None:
    assert client("POST", METRICS, {"name": "errors", "filter": "severity>=ERROR"}).status == 200
    assert client("POST", POLICIES, policy(metric)).status == status
    held = client("POST", POLICIES, policy("run.googleapis.com/request_count")).body["name"]
    assert client("PATCH", f"monitoring/v3/{held}", policy(metric)).status == status


def test_metrics_of_slos_are_checked(client: Client) -> None:
    service = client("POST", f"monitoring/v3/{PROJECT}/services?serviceId=s", {"custom": {}})
    place = f"monitoring/v3/{service.body['name']}/serviceLevelObjectives"
    latencies = 'metric.type="run.googleapis.com/request_latencies" resource.type="{}"'
    cut = {"distributionFilter": latencies.format("gce_instance"), "range": {"max": 500}}
    indicator = {"requestBased": {"distributionCut": cut}}
    body = {"goal": 0.9, "rollingPeriod": "86400s", "serviceLevelIndicator": indicator}
    assert client("POST", place, body).status == 400
    cut["distributionFilter"] = latencies.format("cloud_run_revision")
    assert client("POST", place, body).status == 200


ADDRESSES = f"compute/compute/v1/{PROJECT}/global/addresses"
CONNECTIONS = "servicenetworking/v1/services/servicenetworking.googleapis.com/connections"
NETWORK = f"{PROJECT}/global/networks/main"
REDIS = f"redis/v1/{PROJECT}/locations/us-central1/instances"


def allocated(name: str, **more: object) -> dict[str, object]:
    kind = {"addressType": "INTERNAL", "purpose": "VPC_PEERING", "prefixLength": 24}
    return {"name": name, "network": NETWORK, **kind, **more}


def peered(name: str) -> dict[str, object]:
    private = {"ipv4Enabled": False, "privateNetwork": NETWORK}
    settings = {"tier": "db-f1-micro", "ipConfiguration": private}
    return {"name": name, "databaseVersion": "POSTGRES_15", "settings": settings}


def redis(name: str, mode: str) -> tuple[str, dict[str, object]]:
    body = {"memorySizeGb": 1, "authorizedNetwork": NETWORK, "connectMode": mode}
    return f"{REDIS}?instanceId={name}", body


def test_allocated_ranges_are_aligned_and_apart(client: Client) -> None:
    assert client("POST", SUBNETWORKS, subnetwork("a", "10.0.0.0/9")).status == 200
    ranges = []
    for name in ("first", "second", "third"):
        assert client("POST", ADDRESSES, allocated(name)).status == 200
        held = client("GET", f"{ADDRESSES}/{name}").body
        ranges.append(IPv4Network(f"{held['address']}/{held['prefixLength']}"))
    assert not any(a.overlaps(b) for a, b in combinations([*ranges, IPv4Network("10.0.0.0/9")], 2))
    taken = allocated("fourth", address=str(ranges[0].network_address))
    assert "conflicts with" in str(client("POST", ADDRESSES, taken).body)


def test_instances_take_blocks_of_the_allocated_range(client: Client) -> None:
    body = {"network": NETWORK, "reservedPeeringRanges": ["services"]}
    assert "not found" in str(client("POST", CONNECTIONS, body).body)
    assert client("POST", ADDRESSES, allocated("services")).status == 200
    assert client("POST", CONNECTIONS, body).status == 200
    assert client("POST", SQL, peered("a")).status == 200
    full = client("POST", *redis("cache", "PRIVATE_SERVICE_ACCESS"))
    assert full.status == 400
    assert "Couldn't find free blocks" in full.body["error"]["message"]
    assert client("POST", SQL, peered("b")).status == 200  # shares the block of its region
    assert client("POST", *redis("cache", "DIRECT_PEERING")).status == 200


def test_words_of_an_enum_are_taken_in_any_case(client: Client) -> None:
    """The provider suppresses `docker` for `DOCKER` (CaseDiffSuppress): the API takes both."""
    place = f"artifactregistry/v1/{PROJECT}/locations/us/repositories"
    assert client("POST", f"{place}?repositoryId=r", {"format": "docker"}).status == 200
    assert client("GET", f"{place}/r").body["format"] == "DOCKER"
    assert client("POST", f"{place}?repositoryId=s", {"format": "dockers"}).status == 400


def test_instances_of_two_projects_can_have_one_name(client: Client) -> None:
    other = SQL.replace(PROJECT, "projects/other-project")
    for place, version in ((SQL, "POSTGRES_15"), (other, "MYSQL_8_0")):
        body = {"name": "main", "databaseVersion": version, "settings": {"tier": "db-f1-micro"}}
        assert client("POST", place, body).status == 200
        assert client("GET", f"{place}/main").body["databaseVersion"] == version
        assert client("POST", place, body).status == 409
    assert client("DELETE", f"{SQL}/main").status == 200
    assert [client("GET", f"{place}/main").status for place in (SQL, other)] == [404, 200]
