"""Exporters by name. The packages of an exporter are imported when it is created."""

import warnings
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from opentelemetry.sdk.metrics.export import MetricExporter
from opentelemetry.sdk.trace.export import SpanExporter

from grid_shared.telemetry.config import METRICS_GROUP, NONE, TRACES_GROUP, TelemetryConfig


def metric_exporter(config: TelemetryConfig) -> MetricExporter | None:
    """Create the exporter of metrics, if one is configured.

    Raises:
        Exception: what the exporter raises, such as for missing credentials.
    """
    if config.metrics == "gcp_monitoring":
        google = import_module("grid_shared.telemetry.cloud_monitoring")
        exporter: MetricExporter | None = google.cloud_monitoring_exporter(config.project)
    else:
        exporter = _create(METRICS_GROUP, config.metrics)
    return exporter


def span_exporter(config: TelemetryConfig, **options: Any) -> SpanExporter | None:
    """Create the exporter of spans, if one is configured, with further options of its class.

    Raises:
        Exception: what the exporter raises, such as for missing credentials.
    """
    if config.traces == "gcp_trace":
        options["project_id"] = config.project or None
    exporter: SpanExporter | None = _create(TRACES_GROUP, config.traces, **options)
    return exporter


def _create(group: str, name: str, **options: Any) -> Any:
    if name == NONE:
        return None
    (entry,) = entry_points(group=group, name=name)
    with warnings.catch_warnings():
        # Google deprecates it for OTLP, which gives metrics other names.
        warnings.simplefilter("ignore", DeprecationWarning)
        return entry.load()(**options)
