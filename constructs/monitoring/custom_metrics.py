"""The custom metrics that services write with `grid_shared`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cdktf_cdktf_provider_google.monitoring_metric_descriptor import (
    MonitoringMetricDescriptor,
    MonitoringMetricDescriptorLabels as Labels,
)
from constructs import Construct
from constructs.base import GridConstruct

from environments.naming import identifier

DOMAIN = "custom.googleapis.com"
AI_TOKENS = f"{DOMAIN}/ai/tokens"
CACHE_READS = f"{DOMAIN}/cache.reads"
CACHE_DURATION = f"{DOMAIN}/cache.get.duration"
CACHE_AVOIDED = f"{DOMAIN}/cache.stampede.avoided"
CACHE_REFRESHES = f"{DOMAIN}/cache.refresh"
CACHE_ERRORS = f"{DOMAIN}/cache.errors"
CACHE_BREAKER = f"{DOMAIN}/cache.breaker.open"
CACHE_SUBSCRIPTION = f"{DOMAIN}/cache.subscription.connected"
CACHE_PENDING = f"{DOMAIN}/cache.invalidations.pending"
RESOURCE = "generic_task"
"""Monitored resource of the time series, with the service as `job`: only Google writes those of
Cloud Run. Source: Cloud Monitoring, "Create custom metrics with the API"."""
_NAMESPACE = {"cache_namespace": "Namespace of the cache"}
_LEVEL = _NAMESPACE | {"cache_level": "What answered: l1, l2, fetch, shared or stale"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Metric:
    title: str
    description: str
    kind: str = "CUMULATIVE"  # a gauge keeps one value of an interval, and loses all others
    value: str = "INT64"
    unit: str
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(_NAMESPACE))


_METRICS = {
    AI_TOKENS: _Metric(
        title="AI token usage",
        description="Tokens of language models",
        unit="{token}",
        labels={
            "model": "Model",
            "operation": "What was counted: prompt, completion or embedding",
        },
    ),
    CACHE_READS: _Metric(
        title="Cache reads",
        description="Reads, by the level that answered",
        unit="{read}",
        labels=_LEVEL,
    ),
    CACHE_DURATION: _Metric(
        title="Cache read duration",
        description="Time of a read, by the level that answered",
        value="DISTRIBUTION",
        unit="s",
        labels=_LEVEL,
    ),
    CACHE_AVOIDED: _Metric(
        title="Cache stampedes avoided",
        description="Fetches saved by waiting for another's",
        unit="{fetch}",
    ),
    CACHE_REFRESHES: _Metric(
        title="Cache refreshes",
        description="Fetches in the background before the end of a value",
        unit="{fetch}",
    ),
    CACHE_ERRORS: _Metric(
        title="Cache errors",
        description="What failed without the caller's seeing it",
        unit="{error}",
        labels=_NAMESPACE | {"error_type": "Class of the error"},
    ),
    CACHE_BREAKER: _Metric(
        title="Cache breaker open",
        description="1 while the circuit breaker rejects calls to Redis",
        kind="GAUGE",
        unit="1",
    ),
    CACHE_SUBSCRIPTION: _Metric(
        title="Cache subscription connected",
        description="1 while invalidations of other processes arrive",
        kind="GAUGE",
        unit="1",
    ),
    CACHE_PENDING: _Metric(
        title="Cache invalidations pending",
        description="Invalidations that Redis has not received",
        kind="GAUGE",
        unit="{invalidation}",
    ),
}


class CustomMetrics(GridConstruct):
    """Descriptors of the custom metrics: an alert policy needs the descriptor of its metric before
    a service has written to it. None has a label for the user: users are unbounded and personal
    data, and belong in the logs.
    """

    APIS = ("monitoring",)

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self._descriptors = {
            type_: MonitoringMetricDescriptor(
                self,
                identifier(type_.removeprefix(f"{DOMAIN}/").replace("/", "-").replace(".", "-")),
                type=type_,
                display_name=metric.title,
                description=metric.description,
                metric_kind=metric.kind,
                value_type=metric.value,
                unit=metric.unit,
                labels=[
                    Labels(key=key, value_type="STRING", description=description)
                    for key, description in metric.labels.items()
                ],
                depends_on=self.apis("monitoring"),
            )
            for type_, metric in _METRICS.items()
        }

    @property
    def descriptors(self) -> Mapping[str, MonitoringMetricDescriptor]:
        """Descriptors by metric type."""
        return self._descriptors
