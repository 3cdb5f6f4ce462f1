"""Tests of what arrives in Cloud Monitoring and Cloud Trace."""

import asyncio
import json
import logging
import threading

import pytest
from google.api.metric_pb2 import MetricDescriptor
from google.auth.exceptions import DefaultCredentialsError
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from grid_shared import AiTokens, Telemetry, TelemetryConfig
from grid_shared.telemetry import telemetry as module
from grid_shared.telemetry.exporters import metric_exporter
from tests.services.telemetry.google import PROJECT, Google, google_span_exporter, write_all

TOKENS = "custom.googleapis.com/ai/tokens"


def test_metrics_arrive_with_types_values_and_instance(served: Google) -> None:
    asyncio.run(write_all(served))
    assert served.values(TOKENS) == [12]
    assert served.values("custom.googleapis.com/cache.breaker.open") == [1]
    assert served.values("custom.googleapis.com/cache.subscription.connected") == [0]
    assert served.values("custom.googleapis.com/cache.invalidations.pending") == [3]
    [tokens] = [series for series in served.series if series.metric.type == TOKENS]
    assert dict(tokens.metric.labels) == {"model": "gemini", "operation": "prompt"}
    assert tokens.resource.type == "generic_task"
    assert tokens.resource.labels["job"] == "grid-dev-api"
    assert tokens.resource.labels["task_id"]


def test_instances_have_different_series(served: Google) -> None:
    asyncio.run(write_all(served))
    asyncio.run(write_all(served))
    ids = {json.dumps(dict(series.resource.labels)) for series in served.series}
    assert len(ids) == 2


def test_descriptors_of_the_platform_are_not_replaced(served: Google) -> None:
    kept = MetricDescriptor(type=TOKENS, display_name="AI token usage")
    served.descriptors[TOKENS] = kept
    asyncio.run(write_all(served))
    assert served.descriptors[TOKENS] == kept
    assert TOKENS not in served.created
    assert served.values(TOKENS) == [12]


@pytest.mark.filterwarnings("ignore:Deprecated since version:DeprecationWarning")  # Google's
@pytest.mark.parametrize("sampled", [True, False])
def test_span_arrives_if_its_request_is_sampled(served: Google, *, sampled: bool) -> None:
    async def test() -> None:
        config = TelemetryConfig(project=PROJECT)
        spans = google_span_exporter(served)
        async with Telemetry(config, spans=spans) as telemetry:
            tracer = telemetry.tracers.get_tracer("test")
            flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
            parent = NonRecordingSpan(SpanContext(7, 8, is_remote=True, trace_flags=flags))
            with tracer.start_as_current_span("GET read_user", set_span_in_context(parent)):
                pass
            with tracer.start_as_current_span("probe"):
                pass

    asyncio.run(test())
    names = [span.display_name.value for span in served.spans]
    assert names == (["GET read_user"] if sampled else [])
    trace = f"projects/{PROJECT}/traces/{7:032x}/"
    assert all(span.name.startswith(trace) for span in served.spans)


def test_hanging_export_does_not_keep_the_process(
    served: Google, caplog: pytest.LogCaptureFixture
) -> None:
    served.hangs = threading.Event()

    async def test() -> None:
        config = TelemetryConfig(project=PROJECT, flush_timeout=0.05)
        async with Telemetry(config, metrics=served.metric_exporter()) as telemetry:
            AiTokens(telemetry.meters).add(1, model="m", operation="prompt")

    asyncio.run(test())
    served.hangs.set()
    assert "the last telemetry was not sent within 0.05 s" in caplog.text


def test_exporter_that_cannot_start_is_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: TelemetryConfig) -> None:
        raise DefaultCredentialsError("no credentials")

    monkeypatch.setattr(module, "metric_exporter", fail)
    telemetry = Telemetry.start(TelemetryConfig(metrics="gcp_monitoring"))
    AiTokens(telemetry.meters).add(1, model="m", operation="prompt")
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "no telemetry is exported" in record.message


@pytest.mark.parametrize("variable", ["OTEL_METRICS_EXPORTER", "OTEL_TRACES_EXPORTER"])
def test_unknown_exporter_is_rejected(variable: str) -> None:
    with pytest.raises(ValueError, match="got 'x', wants one of console, gcp_"):
        TelemetryConfig.from_environment({variable: "x"})


def test_exporters_of_other_packages_are_found_by_name() -> None:
    config = TelemetryConfig.from_environment({"OTEL_METRICS_EXPORTER": "console"})
    assert isinstance(metric_exporter(config), ConsoleMetricExporter)


def test_nothing_is_exported_without_configuration() -> None:
    telemetry = Telemetry.start(TelemetryConfig.from_environment({}))
    assert not telemetry.tracers.get_tracer("test").start_span("span").is_recording()


def test_program_without_event_loop_sends_its_tokens(served: Google) -> None:
    config = TelemetryConfig(project=PROJECT, service="grid-dev-job")
    with Telemetry(config, metrics=served.metric_exporter()) as telemetry:
        AiTokens(telemetry.meters).add(9, model="gemini", operation="embedding")
    assert served.values(TOKENS) == [9]
