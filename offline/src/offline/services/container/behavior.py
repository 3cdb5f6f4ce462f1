"""Google Kubernetes Engine: what a new cluster has without being asked."""

from __future__ import annotations

from typing import Any

from offline import tokens
from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_create, on_plan


@on_create("google_container_cluster")
def access(_planned: Value, _cloud: FakeCloud) -> dict[str, Any]:
    """Return the cluster's certificate authority; it issues no client certificate.

    Source: page projects.locations.clusters of the Kubernetes Engine API, `masterAuth`.
    """
    authority = {
        "client_certificate": "",
        "client_key": "",
        "cluster_ca_certificate": tokens.public_key(),
        "client_certificate_config": [{"issue_client_certificate": False}],
    }
    return {"master_auth": [authority]}


@on_plan("google_container_cluster")
def autopilot(prior: Value | None, planned: Value) -> dict[str, Any]:
    """Return what an Autopilot cluster has.

    Source: google/services/container/resource_container_cluster.go of v6.50.0,
    containerClusterAutopilotCustomizeDiff.
    """
    is_new = (prior or {}).get("enable_autopilot") is not True
    if planned.get("enable_autopilot") is not True or not is_new:
        return {}
    return {"enable_intranode_visibility": True, "networking_mode": "VPC_NATIVE"}
