"""Local Cloud Monitoring and Cloud Trace: their gRPC interfaces, for Google's own clients."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import grpc
from google.api.metric_pb2 import MetricDescriptor
from google.cloud.monitoring_v3 import (
    CreateMetricDescriptorRequest,
    CreateTimeSeriesRequest,
    GetMetricDescriptorRequest,
    TimeSeries,
)
from google.cloud.monitoring_v3.services.metric_service.transports.grpc import (
    MetricServiceGrpcTransport,
)
from google.cloud.trace_v2 import BatchWriteSpansRequest, Span, TraceServiceClient
from google.cloud.trace_v2.services.trace_service.transports.grpc import TraceServiceGrpcTransport
from google.protobuf.empty_pb2 import Empty
from opentelemetry.resourcedetector.gcp_resource_detector import _metadata
from opentelemetry.sdk.metrics.export import MetricExporter
from opentelemetry.sdk.trace.export import SpanExporter

from grid_shared.cache.metrics import Level, Metrics, State
from grid_shared.telemetry import AiTokens, Telemetry
from grid_shared.telemetry.cloud_monitoring import cloud_monitoring_exporter
from grid_shared.telemetry.config import TelemetryConfig
from grid_shared.telemetry.exporters import span_exporter

PROJECT = "grid-dev-example"
METRICS, TRACES = "google.monitoring.v3.MetricService", "google.devtools.cloudtrace.v2.TraceService"


@dataclass
class Google:
    """What was written."""

    address: str = ""
    descriptors: dict[str, MetricDescriptor] = field(default_factory=dict)
    """Metric descriptors by type; a test can add those of Terraform."""
    created: list[str] = field(default_factory=list)
    """Types of the descriptors that clients created."""
    series: list[TimeSeries] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    hangs: threading.Event | None = None
    """Event that each write waits for."""

    def metric_exporter(self) -> MetricExporter:
        """Create Google's exporter of metrics, which writes to this server."""
        channel = grpc.insecure_channel(self.address)
        return cloud_monitoring_exporter(PROJECT, MetricServiceGrpcTransport(channel=channel))

    def values(self, metric: str) -> list[int]:
        """Return the integers of a metric's series."""
        return [
            point.value.int64_value
            for series in self.series
            if series.metric.type == metric
            for point in series.points
        ]

    def get_descriptor(
        self, request: GetMetricDescriptorRequest, context: grpc.ServicerContext
    ) -> MetricDescriptor:
        """GetMetricDescriptor."""
        type_ = request.name.removeprefix(f"projects/{PROJECT}/metricDescriptors/")
        if type_ not in self.descriptors:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no descriptor {type_}")
        return self.descriptors[type_]

    def create_descriptor(
        self, request: CreateMetricDescriptorRequest, _: grpc.ServicerContext
    ) -> MetricDescriptor:
        """CreateMetricDescriptor, which replaces."""
        descriptor: MetricDescriptor = request.metric_descriptor
        self.descriptors[descriptor.type] = descriptor
        self.created.append(descriptor.type)
        return descriptor

    def write_series(self, request: CreateTimeSeriesRequest, _: grpc.ServicerContext) -> Empty:
        """CreateTimeSeries."""
        if self.hangs:
            self.hangs.wait()
        self.series.extend(request.time_series)
        return Empty()

    def write_spans(self, request: BatchWriteSpansRequest, _: grpc.ServicerContext) -> Empty:
        """BatchWriteSpans."""
        self.spans.extend(request.spans)
        return Empty()


@contextlib.contextmanager
def google() -> Iterator[Google]:
    """Run the server until the block ends."""
    served = Google()
    handlers = [
        grpc.method_handlers_generic_handler(
            METRICS,
            {
                "GetMetricDescriptor": _handler(served.get_descriptor, GetMetricDescriptorRequest),
                "CreateMetricDescriptor": _handler(
                    served.create_descriptor, CreateMetricDescriptorRequest
                ),
                "CreateTimeSeries": _handler(served.write_series, CreateTimeSeriesRequest),
            },
        ),
        grpc.method_handlers_generic_handler(
            TRACES, {"BatchWriteSpans": _handler(served.write_spans, BatchWriteSpansRequest)}
        ),
    ]
    with ThreadPoolExecutor(8) as pool:
        server = grpc.server(pool)
        server.add_generic_rpc_handlers(tuple(handlers))
        served.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield served
        finally:
            server.stop(None).wait()


def trace_client(served: Google) -> TraceServiceClient:
    """Create Google's client of Cloud Trace."""
    channel = grpc.insecure_channel(served.address)
    return TraceServiceClient(transport=TraceServiceGrpcTransport(channel=channel))


def google_span_exporter(served: Google) -> SpanExporter:
    """Create the configured exporter of spans, which writes to this server."""
    config = TelemetryConfig(traces="gcp_trace", project=PROJECT)
    exporter = span_exporter(config, client=trace_client(served))
    assert exporter
    return exporter


def outside_of_google() -> contextlib.AbstractContextManager[object]:
    """Do not ask the metadata server, until the block ends."""
    return mock.patch.object(_metadata, "is_available", return_value=False)


async def write_all(served: Google) -> None:
    """Write each metric of grid_shared once."""
    config = TelemetryConfig(project=PROJECT, service="grid-dev-api")
    with outside_of_google():
        started = Telemetry(config, metrics=served.metric_exporter())
    async with started as telemetry:
        metrics = Metrics("users", telemetry.meters)
        metrics.observe(lambda: State(breaker_open=True, subscribed=False, pending=3))
        metrics.record_read(Level.SHARED, 0.5)
        metrics.record_refresh()
        metrics.record_error(TimeoutError())
        tokens = AiTokens(telemetry.meters)
        tokens.add(5, model="gemini", operation="prompt")
        tokens.add(7, model="gemini", operation="prompt")


def _handler(answer: Callable[[Any, grpc.ServicerContext], Any], request: Any) -> Any:
    return grpc.unary_unary_rpc_method_handler(
        answer,
        request_deserializer=request.deserialize,
        response_serializer=lambda message: message.SerializeToString(),
    )
