"""Google Kubernetes Engine: how clients reach a new cluster."""

from __future__ import annotations

from typing import Any

from offline import tokens
from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_create


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
