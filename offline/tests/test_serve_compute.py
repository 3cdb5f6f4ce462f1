"""The served Compute Engine: groups, instances, disks and projects, as the provider asks for them.

The requests were written by hand, after the source of hashicorp/google and google-beta 6.50.0
and the pages of the API.
"""

from __future__ import annotations

import pytest
from rest_client import PROJECT, Client

BASE = f"compute/compute/v1/{PROJECT}"
ZONE = f"{BASE}/zones/us-central1-a"
REGION = f"{BASE}/regions/us-central1"
LINK = f"https://www.googleapis.com/compute/v1/{PROJECT}"


@pytest.mark.parametrize(
    ("kind", "own"),
    [("backendServices", f"{LINK}/global/securityPolicies/main"), ("backendBuckets", None)],
)
def test_edge_policy_of_a_backend_does_not_replace_its_policy(
    client: Client, kind: str, own: str | None
) -> None:
    backends, edge = f"{BASE}/global/{kind}", f"{LINK}/global/securityPolicies/edge"
    body = {"name": "web"} | ({"securityPolicy": own} if own else {"bucketName": "files"})
    assert client("POST", backends, body).status == 200
    sent = client("POST", f"{backends}/web/setEdgeSecurityPolicy", {"securityPolicy": edge})
    assert sent.status == 200
    held = client("GET", f"{backends}/web").body
    assert (held["edgeSecurityPolicy"], held.get("securityPolicy")) == (edge, own)


def test_group_lists_the_instances_that_were_added(client: Client) -> None:
    group = f"{ZONE}/instanceGroups"
    client("POST", group, {"name": "group", "zone": "us-central1-a"})
    added = f"{client.server.url}/compute/compute/v1/{PROJECT}/zones/us-central1-a/instances/"
    instances = [{"instance": f"{added}a"}, {"instance": f"{LINK}/zones/us-central1-a/instances/b"}]
    assert client("POST", f"{group}/group/addInstances", {"instances": instances}).status == 200
    listed = client("POST", f"{group}/group/listInstances", {"instanceState": "ALL"}).body["items"]
    assert [one["instance"] for one in listed] == [
        f"{LINK}/zones/us-central1-a/instances/{name}" for name in "ab"
    ]
    assert client("GET", f"{group}/group").body["size"] == 2
    client("POST", f"{group}/group/removeInstances", {"instances": instances[:1]})
    listed = client("POST", f"{group}/group/listInstances", {"instanceState": "ALL"}).body["items"]
    assert [one["instance"].rpartition("/")[2] for one in listed] == ["b"]
    client("DELETE", f"{group}/group")
    client("POST", group, {"name": "group", "zone": "us-central1-a"})
    listed = client("POST", f"{group}/group/listInstances", {}).body
    assert listed == {"kind": "compute#instanceGroupsListInstances", "items": []}


@pytest.mark.parametrize(
    ("parent", "endpoint"),
    [
        (f"{ZONE}/networkEndpointGroups", {"ipAddress": "10.0.0.2", "port": 80}),
        (f"{REGION}/networkEndpointGroups", {"fqdn": "example.com", "port": 443}),
        (f"{BASE}/global/networkEndpointGroups", {"fqdn": "example.com", "port": 443}),
    ],
)
def test_group_lists_its_endpoints(
    client: Client, parent: str, endpoint: dict[str, str | int]
) -> None:
    client("POST", parent, {"name": "neg", "networkEndpointType": "GCE_VM_IP_PORT"})
    body = {"networkEndpoints": [endpoint]}
    assert client("POST", f"{parent}/neg/attachNetworkEndpoints", body).status == 200
    listed = client("POST", f"{parent}/neg/listNetworkEndpoints", {})
    assert listed.body["items"] == [{"networkEndpoint": endpoint}]
    assert client("POST", f"{parent}/neg/detachNetworkEndpoints", body).status == 200
    assert client("POST", f"{parent}/neg/listNetworkEndpoints", {}).body["items"] == []


@pytest.mark.parametrize("parent", [ZONE, REGION])
def test_manager_has_a_group(client: Client, parent: str) -> None:
    body = {
        "name": "manager",
        "baseInstanceName": "vm",
        "targetSize": 2,
        "resourcePolicies": {},
        "namedPorts": [{"name": "http", "port": 80}],
        "versions": [{"instanceTemplate": f"{PROJECT}/global/instanceTemplates/t"}],
    }
    assert client("POST", f"{parent}/instanceGroupManagers", body).status == 200
    manager = client("GET", f"{parent}/instanceGroupManagers/manager").body
    place = parent.removeprefix("compute/compute/v1/")
    assert manager["instanceGroup"].endswith(f"{place}/instanceGroups/manager")
    assert manager["updatePolicy"]["type"] == "OPPORTUNISTIC"
    assert "resourcePolicies" not in manager
    group = client("GET", f"{parent}/instanceGroups/manager").body
    assert (group["size"], group["namedPorts"]) == (2, body["namedPorts"])
    client("POST", f"{parent}/instanceGroupManagers/manager/resize?size=3")
    assert client("GET", f"{parent}/instanceGroups/manager").body["size"] == 3
    client("DELETE", f"{parent}/instanceGroupManagers/manager")
    assert client("GET", f"{parent}/instanceGroups/manager").status == 404


def test_manager_names_a_template_that_was_given_by_its_number(client: Client) -> None:
    client("POST", f"{BASE}/global/instanceTemplates", {"name": "t", "properties": {}})
    template = client("GET", f"{BASE}/global/instanceTemplates/t").body
    number = f"{LINK}/global/instanceTemplates/{template['id']}"
    client("POST", f"{ZONE}/instanceGroupManagers",
           {"name": "m", "targetSize": 1, "versions": [{"instanceTemplate": number}]})  # fmt: skip
    versions = client("GET", f"{ZONE}/instanceGroupManagers/m").body["versions"]
    assert versions == [{"instanceTemplate": template["selfLink"]}]


@pytest.mark.parametrize("parent", [ZONE, REGION])
def test_manager_keeps_the_configuration_of_single_instances(client: Client, parent: str) -> None:
    client("POST", f"{parent}/instanceGroupManagers", {"name": "m", "targetSize": 1})
    manager = f"{parent}/instanceGroupManagers/m"
    config = {"name": "vm-1", "preservedState": {"metadata": {"foo": "bar"}}}
    assert client("POST", f"{manager}/createInstances", {"instances": [config]}).status == 200
    listed = client("POST", f"{manager}/listPerInstanceConfigs", {})
    assert listed.body["items"] == [config]
    managed = client("POST", f"{manager}/listManagedInstances", {}).body["managedInstances"]
    assert [one["name"] for one in managed] == ["vm-1"]
    changed = {**config, "preservedState": {"metadata": {"foo": "baz"}}}
    body = {"perInstanceConfigs": [changed]}
    assert client("POST", f"{manager}/updatePerInstanceConfigs", body).status == 200
    assert client("POST", f"{manager}/listPerInstanceConfigs", {}).body["items"] == [changed]
    client("POST", f"{manager}/deletePerInstanceConfigs", {"names": ["vm-1"]})
    assert client("POST", f"{manager}/listPerInstanceConfigs", {}).body["items"] == []


def make_instance(client: Client) -> None:
    boot = {
        "boot": True,
        "autoDelete": True,
        "initializeParams": {
            "sourceImage": "projects/debian-cloud/global/images/family/debian-12",
            "diskSizeGb": "20",
        },
    }
    data = {"deviceName": "data", "initializeParams": {"diskType": f"{ZONE}/diskTypes/pd-ssd"}}
    interfaces = [{"network": f"{PROJECT}/global/networks/default", "accessConfigs": [{}]}]
    body = {"name": "vm", "disks": [boot, data], "networkInterfaces": interfaces}
    assert client("POST", f"{ZONE}/instances", body).status == 200


def test_instance_has_the_disks_that_it_asked_for(client: Client) -> None:
    make_instance(client)
    boot = client("GET", f"{ZONE}/disks/vm").body
    assert boot["sourceImage"].endswith("/debian-cloud/global/images/debian-12-v20260101")
    assert boot["sizeGb"] == "20"
    data = client("GET", f"{ZONE}/disks/vm-data").body
    assert data["type"].endswith("/diskTypes/pd-ssd")
    disks = client("GET", f"{ZONE}/instances/vm").body["disks"]
    assert [disk["source"].rpartition("/")[2] for disk in disks] == ["vm", "vm-data"]
    assert client("DELETE", f"{ZONE}/instances/vm").status == 200
    assert client("GET", f"{ZONE}/disks/vm").status == 404
    assert client("GET", f"{ZONE}/disks/vm-data").status == 200


def test_instance_has_addresses(client: Client) -> None:
    make_instance(client)
    (interface,) = client("GET", f"{ZONE}/instances/vm").body["networkInterfaces"]
    assert interface["networkIP"].startswith("10.")
    assert interface["accessConfigs"][0]["natIP"].startswith("203.0.113.")
    assert interface["subnetwork"].endswith("/regions/us-central1/subnetworks/default")


@pytest.mark.parametrize(
    ("verb", "action", "body", "field", "value"),
    [
        ("POST", "setTags", {"items": ["a"]}, "tags.items", ["a"]),
        ("POST", "setMetadata", {"items": [{"key": "k"}]}, "metadata.items", [{"key": "k"}]),
        ("POST", "setScheduling", {"preemptible": True}, "scheduling.preemptible", True),
        ("POST", "setMachineType", {"machineType": f"{ZONE}/machineTypes/e2-small"}, "machineType",
         f"{ZONE}/machineTypes/e2-small"),
        ("POST", "setDeletionProtection?deletionProtection=true", {}, "deletionProtection", True),
        ("PATCH", "updateShieldedInstanceConfig", {"enableSecureBoot": True},
         "shieldedInstanceConfig.enableSecureBoot", True),
        ("PATCH", "updateDisplayDevice", {"enableDisplay": True}, "displayDevice.enableDisplay",
         True),
        ("POST", "stop", {}, "status", "TERMINATED"),
        ("POST", "suspend", {}, "status", "SUSPENDED"),
    ],
)  # fmt: skip
def test_verb_changes_a_part_of_an_instance(
    client: Client, verb: str, action: str, body: dict[str, object], field: str, value: object
) -> None:
    make_instance(client)
    assert client(verb, f"{ZONE}/instances/vm/{action}", body).status == 200
    held = client("GET", f"{ZONE}/instances/vm").body
    assert held["name"] == "vm"
    for part in field.split("."):
        held = held[part]
    assert held == value


def test_metadata_needs_the_fingerprint_of_now(client: Client) -> None:
    make_instance(client)
    path = f"{ZONE}/instances/vm/setMetadata"
    held = client("GET", f"{ZONE}/instances/vm").body["metadata"]["fingerprint"]
    assert client("POST", path, {"fingerprint": "b2xk", "items": []}).status == 412
    assert client("POST", path, {"fingerprint": held, "items": []}).status == 200


def test_disk_is_attached_and_detached(client: Client) -> None:
    make_instance(client)
    client("POST", f"{ZONE}/disks", {"name": "more", "sizeGb": "50"})
    source = f"{LINK}/zones/us-central1-a/disks/more"
    client("POST", f"{ZONE}/instances/vm/attachDisk", {"source": source, "deviceName": "more"})
    disks = client("GET", f"{ZONE}/instances/vm").body["disks"]
    assert [disk["deviceName"] for disk in disks] == ["persistent-disk-0", "data", "more"]
    client("POST", f"{ZONE}/instances/vm/detachDisk?deviceName=more")
    assert len(client("GET", f"{ZONE}/instances/vm").body["disks"]) == 2


def test_snapshot_has_the_size_of_its_disk(client: Client) -> None:
    client("POST", f"{ZONE}/disks", {"name": "data", "sizeGb": "50"})
    assert client("POST", f"{ZONE}/disks/data/createSnapshot", {"name": "s"}).status == 200
    snapshot = client("GET", f"{BASE}/global/snapshots/s").body
    assert (snapshot["diskSizeGb"], snapshot["status"]) == ("50", "READY")
    assert snapshot["sourceDisk"].endswith("/disks/data")


def test_policy_of_a_folder_is_found_by_its_number(client: Client) -> None:
    parent = "compute/compute/v1/locations/global/firewallPolicies"
    body = {"shortName": "policy", "parent": "folders/1"}
    number = client("POST", f"{parent}?parentId=folders/1", body).body["targetId"]
    path = f"{parent}/{number}"
    assert client("GET", path).body["name"] == number
    association = {"name": "folder", "attachmentTarget": "folders/1"}
    assert client("POST", f"{path}/addAssociation", association).status == 200
    assert client("GET", f"{path}/getAssociation?name=folder").body["shortName"] == "policy"
    rule = {"priority": 100, "action": "allow", "match": {}}
    assert client("POST", f"{path}/addRule", rule).status == 200
    assert client("GET", f"{path}/getRule?priority=100").body["action"] == "allow"
    assert client("PATCH", path, {"description": "changed"}).status == 200
    assert client("GET", path).body["description"] == "changed"


def test_project_keeps_metadata_and_network_tier(client: Client) -> None:
    metadata = {"items": [{"key": "enable-oslogin", "value": "TRUE"}]}
    assert client("POST", f"{BASE}/setCommonInstanceMetadata", metadata).status == 200
    client("POST", f"{BASE}/setDefaultNetworkTier", {"networkTier": "STANDARD"})
    project = client("GET", BASE).body
    assert project["commonInstanceMetadata"]["items"] == metadata["items"]
    assert project["defaultNetworkTier"] == "STANDARD"


def test_host_has_service_projects(client: Client) -> None:
    host = "compute/compute/v1/projects/host-project"
    assert client("POST", f"{host}/enableXpnHost").status == 200
    assert client("GET", host).body["xpnProjectStatus"] == "HOST"
    body = {"xpnResource": {"id": "example-project", "type": "PROJECT"}}
    assert client("POST", f"{host}/enableXpnResource", body).status == 200
    assert client("GET", f"{host}/getXpnResources").body["resources"] == [body["xpnResource"]]
    assert client("GET", f"{BASE}/getXpnHost").body["name"] == "host-project"
    client("POST", f"{host}/disableXpnResource", body)
    assert "name" not in client("GET", f"{BASE}/getXpnHost").body
