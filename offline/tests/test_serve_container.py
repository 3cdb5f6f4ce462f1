"""The served Kubernetes Engine: clusters and node pools, as the provider asks for them.

The requests were written by hand, after the source of hashicorp/google 6.50.0 and the pages of the
API.
"""

from __future__ import annotations

import pytest
from rest_client import PROJECT, Client

PARENT = f"container/v1/{PROJECT}/locations/us-central1/clusters"


def create(client: Client, **cluster: object) -> None:
    body = {"cluster": {"name": "c", **cluster}, "parent": PARENT.removeprefix("container/v1/")}
    assert client("POST", PARENT, body).body["status"] == "DONE"


def test_cluster_has_a_pool_that_can_be_removed(client: Client) -> None:
    create(client, initialNodeCount=1)
    pool = client("GET", f"{PARENT}/c").body["nodePools"][0]
    assert (pool["name"], len(pool["instanceGroupUrls"])) == ("default-pool", 3)
    assert client("DELETE", f"{PARENT}/c/nodePools/default-pool").status == 200
    assert "nodePools" not in client("GET", f"{PARENT}/c").body


def test_pool_tells_its_size_by_groups_of_instances(client: Client) -> None:
    create(client, initialNodeCount=1, locations=["us-central1-b"])
    pool = {"name": "own", "initialNodeCount": 4, "config": {"machineType": "n2-standard-2"}}
    client("POST", f"{PARENT}/c/nodePools", {"nodePool": pool})
    made = client("GET", f"{PARENT}/c/nodePools/own").body
    assert made["config"]["machineType"] == "n2-standard-2"
    (url,) = made["instanceGroupUrls"]
    group = url.replace("https://www.googleapis.com/", "compute/")
    assert client("GET", group).body["targetSize"] == 4
    # The provider finds groups in a list, by their links.
    listed = client("GET", group.rpartition("/")[0]).body["items"]
    assert {one["selfLink"]: one["targetSize"] for one in listed}[url] == 4
    client("POST", f"{PARENT}/c/nodePools/own:setSize", {"nodeCount": 5})
    assert client("GET", group).body["targetSize"] == 5
    client("DELETE", f"{PARENT}/c")
    assert client("GET", group).status == 404


def test_autopilot_has_no_pool_at_first(client: Client) -> None:
    create(client, autopilot={"enabled": True})
    assert "nodePools" not in client("GET", f"{PARENT}/c").body


@pytest.mark.parametrize(
    ("update", "path", "value"),
    [
        ({"desiredReleaseChannel": {"channel": "RAPID"}}, "releaseChannel.channel", "RAPID"),
        ({"desiredNodeVersion": "1.33.2"}, "currentNodeVersion", "1.33.2"),
        ({"desiredMasterVersion": "-"}, "currentMasterVersion", "1.33.3-gke.1136000"),
        (
            {"desiredDatapathProvider": "ADVANCED_DATAPATH"},
            "networkConfig.datapathProvider",
            "ADVANCED_DATAPATH",
        ),
        (
            {"desiredIntraNodeVisibilityConfig": {"enabled": True}},
            "networkConfig.enableIntraNodeVisibility",
            True,
        ),
        (
            {"desiredAddonsConfig": {"httpLoadBalancing": {"disabled": True}}},
            "addonsConfig.gcePersistentDiskCsiDriverConfig.enabled",
            True,
        ),
    ],
)
def test_update_sets_the_field_that_it_names(
    client: Client, update: dict[str, object], path: str, value: object
) -> None:
    create(client, initialNodeCount=1)
    assert client("PUT", f"{PARENT}/c", {"update": update}).status == 200
    held = client("GET", f"{PARENT}/c").body
    for part in path.split("."):
        held = held[part]
    assert held == value


def test_labels_are_replaced(client: Client) -> None:
    create(client, initialNodeCount=1, resourceLabels={"a": "1", "b": "2"})
    path = f"{PARENT}/c:setResourceLabels"
    assert client("POST", path, {"resourceLabels": {"a": "3"}}).status == 200
    assert client("GET", f"{PARENT}/c").body["resourceLabels"] == {"a": "3"}


def test_update_of_a_pool_changes_its_nodes(client: Client) -> None:
    create(client, initialNodeCount=1)
    pool = f"{PARENT}/c/nodePools/default-pool"
    body = {"tags": {"tags": ["a"]}, "taints": {"taints": [{"key": "k"}]}, "imageType": "UBUNTU"}
    assert client("PUT", pool, body).status == 200
    assert client("PUT", pool, {"upgradeSettings": {"maxSurge": 2}}).status == 200
    made = client("GET", pool).body
    assert made["config"]["tags"] == ["a"]
    assert made["config"]["taints"] == [{"key": "k"}]
    assert made["config"]["imageType"] == "UBUNTU"
    assert made["upgradeSettings"]["maxSurge"] == 2


def test_versions_are_offered(client: Client) -> None:
    path = f"container/v1/{PROJECT}/locations/us-central1/serverConfig"
    config = client("GET", path).body
    assert config["defaultClusterVersion"] in config["validMasterVersions"]
    assert {one["channel"] for one in config["channels"]} >= {"RAPID", "REGULAR", "STABLE"}
