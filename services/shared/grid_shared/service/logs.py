"""Log lines for Cloud Logging, each with the trace of its request.

Services write no line for each request: Cloud Run writes one, and Cloud Logging groups the lines
of a service below it by the trace.
"""

import logging
import sys
from typing import TextIO

from opentelemetry import trace
from opentelemetry.propagators.cloud_trace_propagator import CloudTraceFormatPropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pythonjsonlogger.json import JsonFormatter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

# The last one wins where a request has both headers: `traceparent`, which Cloud Run sets too.
_PROPAGATOR = CompositePropagator([CloudTraceFormatPropagator(), TraceContextTextMapPropagator()])


class _TraceFilter(logging.Filter):
    """Adds the fields by which Cloud Logging ties a line to a trace ("Structured logging")."""

    def __init__(self, project: str) -> None:
        super().__init__()
        self._project = project

    def filter(self, record: logging.LogRecord) -> bool:
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            name = trace.format_trace_id(span.trace_id)
            fields = {
                "trace": f"projects/{self._project}/traces/{name}" if self._project else name,
                "spanId": trace.format_span_id(span.span_id),
                "trace_sampled": span.trace_flags.sampled,
            }
            vars(record).update({f"logging.googleapis.com/{key}": to for key, to in fields.items()})
        return True


class TraceMiddleware:
    """Gives every request a span in the trace that its headers name, while it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        tracer: trace.Tracer = scope["state"]["tracer"]
        with tracer.start_as_current_span(
            scope["method"],
            _PROPAGATOR.extract(dict(Headers(scope=scope))),
            trace.SpanKind.SERVER,
            record_exception=False,  # messages of errors can have values
        ) as span:
            await self._app(scope, receive, send)
            # The name of the handler, because paths have the IDs of users.
            if handler := getattr(scope.get("endpoint"), "__name__", ""):
                span.update_name(f"{scope['method']} {handler}")


def json_handler(project: str, stream: TextIO) -> logging.Handler:
    """Create a handler that writes JSON objects with the fields that Cloud Logging knows."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(_TraceFilter(project))
    handler.setFormatter(
        JsonFormatter(
            "{levelname}{message}{name}",
            style="{",
            rename_fields={"levelname": "severity", "name": "logger"},
            timestamp="time",
        )
    )
    return handler


def configure(project: str) -> None:
    """Write every log record to standard error."""
    logging.basicConfig(level=logging.INFO, handlers=[json_handler(project, sys.stderr)])
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # we say ourselves when we start and end
