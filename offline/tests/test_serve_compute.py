"""The served Compute Engine: groups of instances and of endpoints, as the provider asks for them.

The requests were recorded from hashicorp/google and google-beta 6.50.0 on 2026-11-27.
"""

from __future__ import annotations

import pytest
from rest_client import PROJECT, Client

BASE = f"compute/compute/v1/{PROJECT}"
ZONE = f"{BASE}/zones/us-central1-a"
REGION = f"{BASE}/regions/us-central1"
LINK = f"https://www.googleapis.com/compute/v1/{PROJECT}"


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
    listed = client("POST", f"{group}/group/listInstances", {}).body["items"]
    assert listed == []


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
