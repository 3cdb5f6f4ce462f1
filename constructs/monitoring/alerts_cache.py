"""Alert on Memorystore for Redis."""

from collections.abc import Iterator

from constructs.monitoring.alert import Aggregation, Alert, Threshold

from environments.schema import AlertsConfig


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
