"""Configuration of telemetry."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

NONE = "none"
"""Exporter name that exports nothing."""
METRICS_GROUP, TRACES_GROUP = "opentelemetry_metrics_exporter", "opentelemetry_traces_exporter"
"""Entry points of exporters. Source: OpenTelemetry Python, `opentelemetry.sdk._configuration`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryConfig:
    """Exporters and their limits. Without an exporter, telemetry costs nothing."""

    metrics: str = NONE
    """`gcp_monitoring`, or the name of another installed exporter, such as `otlp` or `console`."""
    traces: str = NONE
    """`gcp_trace`, or the name of another installed exporter."""
    project: str = ""
    """Google Cloud project to write to; that of the credentials without it."""
    service: str = "unknown_service"
    """Name of the service: `job` in Cloud Monitoring."""
    interval: float = 60.0
    """Seconds between two exports of metrics. Cloud Monitoring takes a point in 5 s at most."""
    flush_timeout: float = 2.0
    """Seconds for the last export when the process ends."""

    def __post_init__(self) -> None:
        """Check the limits.

        Raises:
            ValueError: with the field, what it got and what it wants.
        """
        for field, group in (("metrics", METRICS_GROUP), ("traces", TRACES_GROUP)):
            name, known = getattr(self, field), installed(group)
            if name not in known:
                wanted = ", ".join(sorted(known))
                raise ValueError(f"TelemetryConfig.{field}: got {name!r}, wants one of {wanted}")
        for field in ("interval", "flush_timeout"):
            if getattr(self, field) <= 0:
                raise ValueError(f"TelemetryConfig.{field}: got {getattr(self, field)}, wants > 0")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "TelemetryConfig":
        """Read OpenTelemetry's variables OTEL_METRICS_EXPORTER and OTEL_TRACES_EXPORTER, and
        Cloud Run's and the platform's. Without a variable, nothing is exported.

        Raises:
            ValueError: there is no such exporter.
        """
        return cls(
            metrics=environment.get("OTEL_METRICS_EXPORTER") or NONE,
            traces=environment.get("OTEL_TRACES_EXPORTER") or NONE,
            project=environment.get("GOOGLE_CLOUD_PROJECT", ""),
            service=environment.get("OTEL_SERVICE_NAME")
            or environment.get("K_SERVICE")
            or environment.get("SERVICE")
            or "unknown_service",
        )


def installed(group: str) -> set[str]:
    """Return the names of the installed exporters of a group of entry points, and NONE."""
    return {NONE, *entry_points(group=group).names}
