"""Providers of meters and tracers of one process."""

import asyncio
import logging
import threading
import uuid
from importlib import import_module
from typing import Self

from opentelemetry.metrics import MeterProvider as Meters, NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource, get_aggregated_resources
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import NoOpTracerProvider, TracerProvider as Tracers

from grid_shared.telemetry.config import TelemetryConfig
from grid_shared.telemetry.exporters import metric_exporter, span_exporter

logger = logging.getLogger(__name__)


class Telemetry:
    """Meters and tracers to pass on. `async with` or `with` sends what is left at its end.

    They are not OpenTelemetry's global ones, which a process can set only once.
    """

    def __init__(
        self,
        config: TelemetryConfig,
        *,
        metrics: MetricExporter | None = None,
        spans: SpanExporter | None = None,
    ) -> None:
        """Begin to export, with these exporters or none."""
        self._flush_timeout = config.flush_timeout
        self._providers: list[MeterProvider | TracerProvider] = []
        self.meters: Meters = NoOpMeterProvider()
        """Provider of meters."""
        self.tracers: Tracers = NoOpTracerProvider()
        """Provider of tracers."""
        if not (metrics or spans):
            return
        resource = _resource(config.service)
        if metrics:
            reader = PeriodicExportingMetricReader(metrics, config.interval * 1000)
            self.meters = meters = MeterProvider([reader], resource, shutdown_on_exit=False)
            self._providers.append(meters)
        if spans:
            # Cloud Run decides which requests are sampled; its probes are not.
            sampler = ParentBased(ALWAYS_OFF)
            self.tracers = tracers = TracerProvider(sampler, resource, shutdown_on_exit=False)
            tracers.add_span_processor(BatchSpanProcessor(spans))
            self._providers.append(tracers)

    @classmethod
    def start(cls, config: TelemetryConfig) -> Self:
        """Start the configured exporters. If one cannot start, log an error: a service works
        without it.
        """
        try:
            return cls(config, metrics=metric_exporter(config), spans=span_exporter(config))
        except Exception:
            logger.exception("no telemetry is exported: an exporter cannot start")
            return cls(config)

    async def __aenter__(self) -> Self:
        """Return it."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Export what is left, for `flush_timeout` at most, and stop."""
        await asyncio.to_thread(self.close)

    def __enter__(self) -> Self:
        """Return it, for a program without an event loop."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do the same as `close`."""
        self.close()

    def close(self) -> None:
        """Export what is left, for `flush_timeout` at most, and stop."""
        # A daemon: an export that hangs must not keep the process.
        thread = threading.Thread(target=self._shut_down, daemon=True)
        thread.start()
        thread.join(self._flush_timeout)
        if thread.is_alive():
            logger.warning("the last telemetry was not sent within %g s", self._flush_timeout)

    def _shut_down(self) -> None:
        for provider in self._providers:
            provider.shutdown()


def _resource(service: str) -> Resource:
    """Return the resource attributes of this Cloud Run instance, or attributes with a unique ID."""
    google = import_module("opentelemetry.resourcedetector.gcp_resource_detector")
    own = Resource.create({"service.name": service})
    detected = get_aggregated_resources([google.GoogleCloudResourceDetector()], own)
    # Time series of two processes must differ: Cloud Monitoring takes points in order.
    instance = str(detected.attributes.get("faas.instance") or uuid.uuid4())
    return detected.merge(Resource({"service.instance.id": instance}))
