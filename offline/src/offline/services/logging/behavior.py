"""Cloud Logging: who writes the logs of a sink."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_create


@on_create("google_logging_project_sink")
def project_sink(value: Value, cloud: FakeCloud) -> dict[str, Any]:  # noqa: ARG001
    """Choose the writer. Source: google/services/logging/resource_logging_project_sink.go."""
    writer = value.get("custom_writer_identity")
    if not writer and value.get("unique_writer_identity") is False:
        writer = "serviceAccount:cloud-logs@system.gserviceaccount.com"
    return {"writer_identity": writer} if writer else {}
