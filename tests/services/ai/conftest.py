"""The service with a server that answers as Vertex AI does, and its metrics."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData

from grid_shared.telemetry import Telemetry, TelemetryConfig
from tests.services.ai.vertex import VertexServer, credentials, vertex
from tests.services.kit.applications import application
from tests.services.kit.tokens import bearer
from tests.services.servers import RedisServer


class Exported(MetricExporter):
    """An exporter that adds up the tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Counter[tuple[Any, Any]] = Counter()

    def export(self, metrics_data: MetricsData, *_: Any, **__: Any) -> MetricExportResult:
        for resource in metrics_data.resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    if metric.name == "ai/tokens":
                        for point in metric.data.data_points:
                            labels = point.attributes or {}
                            key = (labels["model"], labels["operation"])
                            self.tokens[key] = getattr(point, "value", 0)
        return MetricExportResult.SUCCESS

    def force_flush(self, *_: Any) -> bool:
        return True

    def shutdown(self, *_: Any, **__: Any) -> None:
        """Keep what was exported."""


@pytest.fixture
def server() -> Iterator[VertexServer]:
    with vertex() as started:
        yield started
    assert started.problems == []


@pytest.fixture
def environment(
    server: VertexServer,
    redis: RedisServer,
    jwks_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, str]:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", credentials(server, tmp_path))
    return {
        "SERVICE": "ai",
        "VERTEX_AI_PROJECT": "grid-dev-example",
        "VERTEX_AI_LOCATION": "us-central1",
        "VERTEX_AI_ENDPOINT": server.url,
        "VECTOR_INDEX_ENDPOINT_ID": "123",
        "VECTOR_DEPLOYED_INDEX_ID": "grid_dev",
        "VECTOR_PUBLIC_ENDPOINT_DOMAIN": server.url,
        "REDIS_URL": redis.url,
        "REDIS_CA_CERTS": redis.ca,
        "JWKS_URL": jwks_url,
    }


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Exported:
    exporter = Exported()

    def start(config: TelemetryConfig) -> Telemetry:
        return Telemetry(config, metrics=exporter)

    monkeypatch.setattr(Telemetry, "start", start)
    return exporter


@pytest.fixture
def service(environment: dict[str, str], exported: Exported) -> Iterator[TestClient]:
    assert not exported.tokens
    with TestClient(application(environment), headers=bearer("/users/ada")) as client:
        yield client
