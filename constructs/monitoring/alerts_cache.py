"""Alerts on Memorystore for Redis, and on the caches of services."""

from collections.abc import Iterator, Mapping

from cdktf_cdktf_provider_google.monitoring_metric_descriptor import MonitoringMetricDescriptor
from constructs.monitoring.alert import Aggregation, Alert, Threshold
from constructs.monitoring.custom_metrics import CACHE_BREAKER, CACHE_SUBSCRIPTION, RESOURCE

from environments.schema import AlertsConfig

DISCONNECTED_SECONDS = 300
"""A failover of Redis takes less, and every restart of an instance connects again."""


def alerts(config: AlertsConfig) -> Iterator[Alert]:
    """Memory of the system, and not the share of `maxmemory`: a cache that evicts the oldest keys
    is meant to fill that, while Redis blocks writes when the system's memory is full.
    Source: Memorystore for Redis, "Memory management best practices".
    """
    percent = config.cache_memory_percent
    yield Alert(
        id="cache_memory",
        title="cache is short of memory",
        meaning=f"A Redis instance uses more than {percent:g} % of its system memory. When it is "
        "full, writes are refused.",
        runbook="cache-memory",
        severity="WARNING",
        conditions=[
            Threshold(
                title=f"System memory > {percent:g} %",
                filter='resource.type = "redis_instance" AND '
                'metric.type = "redis.googleapis.com/stats/memory/system_memory_usage_ratio"',
                value=percent / 100,
                seconds=600,
                aggregation=Aggregation(
                    aligner="ALIGN_MEAN",
                    reducer="REDUCE_MAX",
                    by=("resource.label.instance_id",),
                    seconds=300,
                ),
            )
        ],
    )


def disconnected(descriptors: Mapping[str, MonitoringMetricDescriptor]) -> Alert:
    """Return the alert on instances of services whose cache has lost Redis. One that ended sends
    nothing, which is no failure.
    """
    by = ("resource.label.job", "resource.label.location", "metric.label.cache_namespace")
    return Alert(
        id="cache_disconnected",
        title="services have lost their cache",
        meaning="An instance of a service does not reach Redis: it reads from the database, and "
        "can serve values that others changed.",
        runbook="cache-disconnected",
        severity="ERROR",
        conditions=[
            Threshold(
                title="Circuit breaker is open",
                filter=f'resource.type = "{RESOURCE}" AND metric.type = "{CACHE_BREAKER}"',
                value=0,
                seconds=DISCONNECTED_SECONDS,
                aggregation=Aggregation(aligner="ALIGN_MIN", reducer="REDUCE_MAX", by=by),
                missing_data="INACTIVE",
            ),
            Threshold(
                title="Invalidations do not arrive",
                filter=f'resource.type = "{RESOURCE}" AND metric.type = "{CACHE_SUBSCRIPTION}"',
                value=1,
                below=True,
                seconds=DISCONNECTED_SECONDS,
                aggregation=Aggregation(aligner="ALIGN_MAX", reducer="REDUCE_MIN", by=by),
                missing_data="INACTIVE",
            ),
        ],
        depends_on=[descriptors[CACHE_BREAKER], descriptors[CACHE_SUBSCRIPTION]],
    )
