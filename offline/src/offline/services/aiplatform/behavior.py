"""Vertex AI: host names of public index endpoints."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest, project_number
from offline.services.behavior import Value, on_create


@on_create("google_vertex_ai_index_endpoint")
def index_endpoint(value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Give a public endpoint a host name. Source: Vertex AI REST, IndexEndpoint."""
    if not value.get("public_endpoint_enabled"):
        return {"public_endpoint_domain_name": ""}
    number, project = int(digest(str(value["display_name"]))[:8], 16), str(value["project"])
    host = f"{number}.{value['region']}-{project_number(project)}.vdb.vertexai.goog"
    return {"public_endpoint_domain_name": host}
