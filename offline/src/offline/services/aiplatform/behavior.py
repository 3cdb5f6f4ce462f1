"""Vertex AI: host names of public index endpoints."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_create


@on_create("google_vertex_ai_index_endpoint")
def index_endpoint(value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Give a host name to public endpoints alone. Source: Vertex AI REST, IndexEndpoint."""
    return {} if value.get("public_endpoint_enabled") else {"public_endpoint_domain_name": ""}
