"""The rows of the dashboard for the custom metrics of services."""

from constructs.monitoring.custom_metrics import (
    AI_TOKENS,
    CACHE_AVOIDED,
    CACHE_BREAKER,
    CACHE_DURATION,
    CACHE_ERRORS,
    CACHE_PENDING,
    CACHE_READS,
    CACHE_REFRESHES,
    CACHE_SUBSCRIPTION,
    RESOURCE,
)
from constructs.monitoring.widgets import Json, Row, chart, line, percentile, rate, ratio, series

_NAMESPACE = "metric.label.cache_namespace"


def cache() -> Row:
    """Show the caches of services: what answers, how fast, and whether Redis is reached."""
    reads = rate(CACHE_READS, RESOURCE, by=[_NAMESPACE])
    return Row(
        "Cache of the services",
        [
            chart(
                "Share of reads by level",
                *(
                    ratio(
                        rate(
                            CACHE_READS,
                            RESOURCE,
                            f'metric.label.cache_level="{level}"',
                            by=[_NAMESPACE],
                        ),
                        reads,
                        _legend(name),
                    )
                    for level, name in {"l1": "memory", "l2": "Redis", "fetch": "source"}.items()
                ),
            ),
            chart(
                "99th percentile of a read",
                line(
                    percentile(
                        CACHE_DURATION,
                        RESOURCE,
                        percent=99,
                        by=[_NAMESPACE, "metric.label.cache_level"],
                    )
                ),
            ),
            chart(
                "Cache errors per second by type",
                line(rate(CACHE_ERRORS, RESOURCE, by=["metric.label.error_type"])),
            ),
            chart(
                "Fetches per second",
                line(rate(CACHE_AVOIDED, RESOURCE, by=[_NAMESPACE]), _legend("shared")),
                line(rate(CACHE_REFRESHES, RESOURCE, by=[_NAMESPACE]), _legend("early")),
            ),
            chart(
                "Connection to Redis",
                line(_sum(CACHE_SUBSCRIPTION), _legend("subscriptions")),
                line(_sum(CACHE_BREAKER), _legend("open breakers")),
                line(_sum(CACHE_PENDING), _legend("pending invalidations")),
            ),
        ],
    )


def ai() -> Row:
    """Show the tokens of language models."""
    labels = ["metric.label.model", "metric.label.operation"]
    return Row(
        "AI",
        [chart("Tokens per second", line(rate(AI_TOKENS, RESOURCE, by=labels)))],
    )


def _sum(metric: str) -> Json:
    return series(metric, RESOURCE, align="ALIGN_MAX", by=[_NAMESPACE])


def _legend(name: str) -> str:
    return f"{name} $${{metric.labels.cache_namespace}}"
