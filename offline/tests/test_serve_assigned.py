"""The served Google: what it names and computes has the form that Google's pages show."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.request import Request as HttpRequest, urlopen

import pytest
from rest_client import PROJECT, Client

_DIGITS = r"\d{19,20}"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CHECK = {"displayName": "Cloud Run check", "httpCheck": {"path": "/"}}
_FILTER = (
    'metric.type = "run.googleapis.com/request_count" AND resource.type = "cloud_run_revision"'
)
_CONDITION = {"displayName": "c", "conditionAbsent": {"filter": _FILTER, "duration": "300s"}}
_POLICY = {"displayName": "p", "combiner": "OR", "conditions": [_CONDITION]}
_BUDGET: Mapping[str, Any] = {"amount": {"lastPeriodAmount": {}}}


@pytest.mark.parametrize(
    ("path", "body", "form"),
    [
        # https://cloud.google.com/monitoring/alerts/using-alerting-api shows such names.
        ("monitoring/v3/{}/alertPolicies", _POLICY, rf"{{}}/alertPolicies/{_DIGITS}"),
        (
            "monitoring/v3/{}/notificationChannels",
            {"type": "email"},
            rf"{{}}/notificationChannels/{_DIGITS}",
        ),
        (
            "monitoring/v3/{}/uptimeCheckConfigs",
            _CHECK,
            r"{}/uptimeCheckConfigs/cloud-run-check-\w{10}",
        ),
        # https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/using-api
        (
            "monitoring/v3/{}/services?serviceId=shop",
            {"custom": {}},
            r"projects/{number}/services/shop",
        ),
        (
            "monitoring/v1/{}/dashboards",
            {"displayName": "d", "gridLayout": {}},
            rf"projects/{{number}}/dashboards/{_UUID}",
        ),
        (
            "billingbudgets/v1/billingAccounts/000000-111111-222222/budgets",
            _BUDGET,
            rf"billingAccounts/000000-111111-222222/budgets/{_UUID}",
        ),
        (
            "bigquerydatatransfer/v1/{}/locations/us/transferConfigs",
            {"dataSourceId": "scheduled_query"},
            rf"{{}}/locations/us/transferConfigs/{_UUID}",
        ),
    ],
)
def test_google_names_what_is_created_without_a_name(
    client: Client, path: str, body: Mapping[str, Any], form: str
) -> None:
    number = client.server.google.number("example-project")

    def filled(text: str) -> str:
        return text.replace("{number}", number).replace("{}", PROJECT)

    names = [client("POST", filled(path), body).body.get("name", "") for _ in range(2)]
    assert re.fullmatch(filled(form), names[0])
    if "serviceId" not in path:
        assert names[0] != names[1]


def test_conditions_of_a_policy_are_named_below_it(client: Client) -> None:
    body = {**_POLICY, "conditions": [_CONDITION, _CONDITION]}
    policy = client("POST", f"monitoring/v3/{PROJECT}/alertPolicies", body).body
    names = [one["name"] for one in policy["conditions"]]
    assert len(set(names)) == 2
    assert all(re.fullmatch(rf"{policy['name']}/conditions/{_DIGITS}", name) for name in names)


@pytest.mark.parametrize(
    ("tier", "mode", "nodes", "port", "certificates"),
    [
        ("BASIC", "DISABLED", 1, 6379, 0),
        ("STANDARD_HA", "SERVER_AUTHENTICATION", 2, 6378, 1),
    ],
)
def test_redis_has_a_node_for_each_replica_and_a_certificate_with_tls(
    client: Client, tier: str, mode: str, nodes: int, port: int, certificates: int
) -> None:
    parent = f"redis/v1/{PROJECT}/locations/us-central1/instances"
    body = {"tier": tier, "memorySizeGb": 1, "transitEncryptionMode": mode, "authEnabled": True}
    client("POST", f"{parent}?instanceId=cache", body)
    instance = client("GET", f"{parent}/cache").body
    assert len(instance["nodes"]) == nodes
    assert len({node["zone"] for node in instance["nodes"]}) == nodes
    assert instance["port"] == port
    assert len(instance.get("serverCaCerts", [])) == certificates
    password = client("GET", f"{parent}/cache/authString").body["authString"]
    assert re.fullmatch(_UUID, password)


@pytest.mark.parametrize(("kind", "status"), [("email", None), ("sms", "UNVERIFIED")])
def test_channels_that_need_no_code_have_no_status_of_verification(
    client: Client, kind: str, status: str | None
) -> None:
    channel = client("POST", f"monitoring/v3/{PROJECT}/notificationChannels", {"type": kind}).body
    assert channel.get("verificationStatus") == status


def test_a_range_that_redis_takes_is_told_as_addresses(client: Client) -> None:
    path = f"redis/v1/{PROJECT}/locations/us-central1/instances"
    body = {"memorySizeGb": 1, "reservedIpRange": "services", "tier": "BASIC"}
    client("POST", f"{path}?instanceId=cache", body)
    assert re.fullmatch(r"[\d.]+/29", client("GET", f"{path}/cache").body["reservedIpRange"])


def test_a_project_of_a_number_has_its_name(client: Client) -> None:
    number = client.server.google.number("example-project")
    assert client("GET", f"compute/compute/v1/projects/{number}").body["name"] == "example-project"


def test_values_of_a_map_stay_when_they_are_empty(client: Client) -> None:
    body = {"displayName": "d", "labels": {"team": ""}, "gridLayout": {}}
    made = client("POST", f"monitoring/v1/{PROJECT}/dashboards", body).body
    assert made["labels"] == {"team": ""}


def test_a_descriptor_is_changed_by_its_creation(client: Client) -> None:
    path, type_ = f"monitoring/v3/{PROJECT}/metricDescriptors", "custom.googleapis.com/a"
    body = {"type": type_, "metricKind": "GAUGE", "valueType": "INT64"}
    client("POST", path, body)
    reply = client("POST", path, {**body, "description": "Orders"})
    assert (reply.status, reply.body["description"]) == (200, "Orders")
    assert client("GET", f"{path}/{type_}").body["description"] == "Orders"


def test_headers_of_an_object_are_given_back(client: Client) -> None:
    client("POST", "storage/storage/v1/b?project=example-project", {"name": "files"})
    described = {"name": "a.json", "cacheControl": "no-store", "contentLanguage": "en"}
    parts = [("application/json", json.dumps(described)), ("application/json", "{}")]
    lines = [f"--x\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts]
    request = HttpRequest(  # noqa: S310
        f"{client.server.url}/storage/upload/storage/v1/b/files/o?uploadType=multipart",
        "".join([*lines, "--x--"]).encode(),
        {"Content-Type": "multipart/related; boundary=x"},
        method="POST",
    )
    urlopen(request).close()  # noqa: S310 (this machine)
    found = client("GET", "storage/storage/v1/b/files/o/a.json").body
    assert (found["cacheControl"], found["contentLanguage"]) == ("no-store", "en")
    assert found["selfLink"] == "https://www.googleapis.com/storage/v1/b/files/o/a.json"


_ORG_POLICY = {"name": f"{PROJECT}/policies/gcp.x", "spec": {"rules": [{"enforce": True}]}}
_NETWORKS = {"networks": [{"networkUrl": "https://compute.googleapis.com/compute/v1/projects/p/x"}]}


@pytest.mark.parametrize(
    ("path", "body", "at", "form"),
    [
        (
            f"certificatemanager/v1/{PROJECT}/locations/global/certificates?certificateId=c",
            {"managed": {"domains": ["example.com"]}},
            ("managed", "state"),
            "PROVISIONING",
        ),
        (f"orgpolicy/v2/{PROJECT}/policies", _ORG_POLICY, ("spec", "updateTime"), r"\d{4}-.*Z"),
        (f"orgpolicy/v2/{PROJECT}/policies", _ORG_POLICY, ("spec", "etag"), r"\S+"),
        (
            f"dns/dns/v1/{PROJECT}/policies",
            {"name": "p", **_NETWORKS},
            ("networks", 0, "networkUrl"),
            "https://www.googleapis.com/compute/v1/projects/p/x",
        ),
        (
            f"compute/compute/v1/{PROJECT}/regions/us-east1/disks",
            {"name": "d", "replicaZones": [f"{PROJECT}/global/zones/us-east1-b"]},
            ("replicaZones", 0),
            f"https://www.googleapis.com/compute/v1/{PROJECT}/zones/us-east1-b",
        ),
        (
            f"workflows/v1/{PROJECT}/locations/us-east1/workflows?workflowId=w",
            {"sourceContents": "main: {}"},
            ("revisionId",),
            r"000001-[0-9a-f]{3}",
        ),
    ],
)
def test_google_completes_what_was_sent(
    client: Client, path: str, body: Mapping[str, Any], at: tuple[str | int, ...], form: str
) -> None:
    client("POST", path, body)
    ((_, resource),) = [
        (key, one)
        for key, one in client.server.google.store.resources.items()
        if key[0] == path.partition("/")[0]
    ]
    value: Any = resource
    for step in at:
        value = value[step]
    assert re.fullmatch(form, value)
