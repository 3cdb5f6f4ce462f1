"""Google's exporter of metrics, with a served Google in the place of Cloud Monitoring."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import requests
from google.cloud.monitoring_v3 import CreateTimeSeriesRequest, MetricServiceClient
from google.protobuf.json_format import MessageToDict
from opentelemetry.exporter.cloud_monitoring import CloudMonitoringMetricsExporter

from grid_shared.telemetry import Telemetry, TelemetryConfig
from grid_shared.telemetry.cloud_monitoring import PREFIX


class _Client:
    """The requests of the exporter, sent as REST. Cloud Monitoring's client has gRPC only."""

    common_project_path = staticmethod(MetricServiceClient.common_project_path)

    def __init__(self, url: str) -> None:
        self._url = url

    def create_metric_descriptor(self, *_: Any, **__: Any) -> None:
        """Leave the descriptors to Terraform."""

    def create_time_series(self, request: CreateTimeSeriesRequest, **_: Any) -> None:
        """Write the series."""
        body = MessageToDict(CreateTimeSeriesRequest.pb(request))
        url = f"{self._url}/monitoring/v3/{body.pop('name')}/timeSeries"
        requests.post(url, json=body, timeout=30).raise_for_status()


@contextmanager
def metrics_at(url: str) -> Iterator[None]:
    """Let each service that starts in the block export to the served Google at this address."""
    client: Any = _Client(url)

    def start(config: TelemetryConfig) -> Telemetry:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            exporter = CloudMonitoringMetricsExporter(
                project_id=config.project, client=client, prefix=PREFIX
            )
        return Telemetry(config, metrics=exporter)

    with patch.object(Telemetry, "start", start):
        yield
