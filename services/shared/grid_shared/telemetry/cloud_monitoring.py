"""Google's exporter for Cloud Monitoring, which leaves the platform's descriptors as they are."""

import warnings
from typing import Any

from google.api.metric_pb2 import MetricDescriptor
from google.api_core.exceptions import NotFound
from google.cloud.monitoring_v3 import CreateMetricDescriptorRequest, MetricServiceClient
from google.cloud.monitoring_v3.services.metric_service.transports.grpc import (
    MetricServiceGrpcTransport,
)
from opentelemetry.exporter.cloud_monitoring import CloudMonitoringMetricsExporter
from opentelemetry.sdk.metrics.export import MetricExporter

PREFIX = "custom.googleapis.com"
"""Domain of every metric: the counter `ai/tokens` is `custom.googleapis.com/ai/tokens`."""


class _Client(MetricServiceClient):
    """Client that creates the descriptors that are missing.

    The exporter writes each descriptor when a process starts. Terraform manages those that the
    platform reads, and would find the exporter's texts as a difference in each plan.
    """

    def create_metric_descriptor(  # type: ignore[override]  # as the exporter calls it
        self, request: CreateMetricDescriptorRequest, **options: Any
    ) -> MetricDescriptor:
        """Return the descriptor of the metric type; create it if there is none."""
        name = f"{request.name}/metricDescriptors/{request.metric_descriptor.type}"
        try:
            return self.get_metric_descriptor(name=name, **options)
        except NotFound:
            return super().create_metric_descriptor(request, **options)


def cloud_monitoring_exporter(
    project: str, transport: MetricServiceGrpcTransport | None = None
) -> MetricExporter:
    """Create the exporter, with `transport` instead of Google's address and credentials.

    Raises:
        google.auth.exceptions.DefaultCredentialsError: there are no credentials.
    """
    with warnings.catch_warnings():
        # Google deprecates it for OTLP, which gives metrics other names.
        warnings.simplefilter("ignore", DeprecationWarning)
        return CloudMonitoringMetricsExporter(
            project_id=project or None, client=_Client(transport=transport), prefix=PREFIX
        )
