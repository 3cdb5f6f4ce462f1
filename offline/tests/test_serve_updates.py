"""The served Google: changes by verbs, as the genuine provider sends them."""

from __future__ import annotations

from rest_client import PROJECT, Client

INSTANCES = f"compute/compute/v1/{PROJECT}/zones/us-central1-a/instances"


def test_verb_that_sets_a_field_replaces_the_whole_of_it(client: Client) -> None:
    machine = {"name": "m", "tags": {"items": ["web", "api"]}, "metadata": {"items": []}}
    assert client("POST", INSTANCES, machine).status == 200
    assert client("POST", f"{INSTANCES}/m/setTags", {"items": ["web"]}).status == 200
    metadata = {"items": [{"key": "a", "value": "b"}]}
    assert client("POST", f"{INSTANCES}/m/setMetadata", metadata).status == 200
    held = client("GET", f"{INSTANCES}/m").body
    assert held["tags"]["items"] == ["web"]
    assert held["metadata"]["items"] == metadata["items"]
    assert "items" not in held


def test_commit_of_a_schema_changes_its_definition(client: Client) -> None:
    schemas = f"pubsub/v1/{PROJECT}/schemas"
    created = {"type": "AVRO", "definition": "a"}
    assert client("POST", f"{schemas}?schemaId=s", created).status == 200
    changed = {"type": "AVRO", "definition": "b", "name": f"{PROJECT}/schemas/s"}
    assert client("POST", f"{schemas}/s:commit", {"schema": changed}).status == 200
    held = client("GET", f"{schemas}/s").body
    assert held["definition"] == "b"
    assert "schema" not in held


def test_descriptor_of_a_metric_is_changed_by_a_second_creation(client: Client) -> None:
    descriptors = f"monitoring/v3/{PROJECT}/metricDescriptors"
    type_ = "custom.googleapis.com/orders"
    first = {"type": type_, "description": "a", "labels": [{"key": "store"}]}
    second = {"type": type_, "description": "b", "labels": [{"key": "shelf"}]}
    assert client("POST", descriptors, first).status == 200
    assert client("POST", descriptors, second).status == 200
    held = client("GET", f"{descriptors}/{type_}").body
    assert held["description"] == "b"
    assert [label["key"] for label in held["labels"]] == ["store", "shelf"]


def test_mask_may_begin_with_the_name_of_the_resource(client: Client) -> None:
    policies, name = f"orgpolicy/v2/{PROJECT}/policies", f"{PROJECT}/policies/iam.rule"
    first = {"name": name, "spec": {"rules": [{"enforce": False}]}}
    assert client("POST", policies, first).status == 200
    assert client("GET", f"{policies}/iam.rule").body["spec"]["rules"] == [{"enforce": False}]
    second = {"name": name, "spec": {"rules": [{"enforce": True}]}}
    assert client("PATCH", f"{policies}/iam.rule?updateMask=policy.spec", second).status == 200
    held = client("GET", f"{policies}/iam.rule").body
    assert held["spec"]["rules"] == [{"enforce": True}]
    assert "policy" not in held


def test_empty_label_stays(client: Client) -> None:
    dashboard = {"displayName": "", "labels": {"team": ""}, "gridLayout": {"columns": "0"}}
    body = client("POST", f"monitoring/v1/{PROJECT}/dashboards", dashboard).body
    assert body["labels"] == {"team": ""}
    assert "displayName" not in body


def test_snapshot_of_a_disk_leaves_the_disk(client: Client) -> None:
    disks = f"compute/compute/v1/{PROJECT}/zones/us-central1-a/disks"
    assert client("POST", disks, {"name": "d", "sizeGb": "10"}).status == 200
    assert client("POST", f"{disks}/d/createSnapshot", {"name": "s"}).status == 200
    assert client("GET", f"{disks}/d").body["name"] == "d"
    snapshot = client("GET", f"compute/compute/v1/{PROJECT}/global/snapshots/s").body
    assert snapshot["sourceDisk"].endswith("zones/us-central1-a/disks/d")
    assert snapshot["diskSizeGb"] == "10"


def test_resource_has_the_id_or_the_name_of_its_kind_from_its_body(client: Client) -> None:
    policies = f"dns/dns/v1/{PROJECT}/responsePolicies"
    assert client("POST", policies, {"responsePolicyName": "r"}).status == 200
    assert client("GET", f"{policies}/r").status == 200
    scaling = f"dataproc/v1/{PROJECT}/locations/us-central1/autoscalingPolicies"
    assert client("POST", scaling, {"id": "a"}).status == 200
    assert client("GET", f"{scaling}/a").status == 200


def test_switch_without_a_value_is_turned_off(client: Client) -> None:
    subnets = f"compute/compute/v1/{PROJECT}/regions/us-central1/subnetworks"
    subnet = {"name": "s", "ipCidrRange": "10.0.0.0/24", "privateIpGoogleAccess": True}
    assert client("POST", subnets, subnet).status == 200
    assert client("POST", f"{subnets}/s/setPrivateIpGoogleAccess", {}).status == 200
    assert client("GET", f"{subnets}/s").body["privateIpGoogleAccess"] is False
