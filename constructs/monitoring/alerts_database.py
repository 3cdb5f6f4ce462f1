"""Alerts on Cloud SQL: the primary, and its replicas where there are any."""

from collections.abc import Iterator, Sequence

from constructs.monitoring.alert import Aggregation, Alert, Severity, Threshold
from constructs.monitoring.filters import database as metric

from environments.schema import AlertsConfig, DatabaseConfig

INSTANCE = "resource.label.database_id"
GIB = 2**30
BUSY_SECONDS = 600
"""Cloud SQL's metrics are up to four minutes old; a shorter time would be a guess."""
DOWN_SECONDS = 180
"""A failover or a restart for maintenance takes about a minute."""
FULL = 0.95
"""Share of the disk where it has certainly failed to grow. It grows by itself below that: a
100 GB disk when 9 GB are left, a small one much earlier.
Source: Cloud SQL, "Instance settings", automatic storage increase."""


Instances = Sequence[str]
"""The primary and its replicas as `<project>:<instance>`. Instances that a drill restores into are
none of them: they are busy at first, and silent when they are deleted."""


def alerts(
    database: DatabaseConfig, config: AlertsConfig, *, instances: Instances
) -> Iterator[Alert]:
    """Yield the alerts on the instances. Each compares every instance by itself."""
    yield Alert(
        id="database_down",
        title="database is down",
        meaning="Cloud SQL reports an instance as not up, or nothing about it at all. Services "
        "that use the database fail.",
        runbook="database-down",
        severity="CRITICAL",
        conditions=[
            Threshold(
                title="Instance not up",
                filter=metric("up", *instances),
                value=1,
                below=True,
                seconds=DOWN_SECONDS,
                aggregation=Aggregation(aligner="ALIGN_MAX"),
                missing_data="ACTIVE",
            )
        ],
    )
    yield _busy("CPU", config.database_cpu_percent, "ERROR", instances)
    yield _busy("memory", config.database_memory_percent, "WARNING", instances)
    yield _disk(database, config, instances)
    yield _connections(database, config, instances)
    if database.replicas:
        yield _lag(config, instances)


def _busy(what: str, percent: float, severity: Severity, instances: Instances) -> Alert:
    name = what.lower()
    return Alert(
        id=f"database_{name}",
        title=f"database is short of {what}",
        meaning=f"An instance uses more than {percent:g} % of its {what}.",
        runbook=f"database-{name}",
        severity=severity,
        conditions=[
            Threshold(
                title=f"Used {what} > {percent:g} %",
                filter=metric(f"{name}/utilization", *instances),
                value=percent / 100,
                seconds=BUSY_SECONDS,
                aggregation=Aggregation(aligner="ALIGN_MEAN", seconds=300),
            )
        ],
    )


def _disk(database: DatabaseConfig, config: AlertsConfig, instances: Instances) -> Alert:
    """Compare with the limit too: the disk grows, so a share of its present size says little."""
    mean = Aggregation(aligner="ALIGN_MEAN", seconds=300)
    conditions = [
        Threshold(
            title=f"Used disk > {FULL * 100:g} % of its present size",
            filter=metric("disk/utilization", *instances),
            value=FULL,
            seconds=BUSY_SECONDS,
            aggregation=mean,
        )
    ]
    limit, percent = database.disk_limit_gb, config.database_disk_percent
    if limit:
        conditions.append(
            Threshold(
                title=f"Used disk > {percent:g} % of the {limit} GB where it stops growing",
                filter=metric("disk/bytes_used", *instances),
                value=limit * GIB * percent / 100,
                seconds=BUSY_SECONDS,
                aggregation=mean,
            )
        )
    return Alert(
        id="database_disk",
        title="database runs out of disk",
        meaning="An instance's disk is nearly full, or nearly as large as it may grow. A full "
        "disk stops the database.",
        runbook="database-disk",
        severity="ERROR",
        conditions=conditions,
    )


def _connections(database: DatabaseConfig, config: AlertsConfig, instances: Instances) -> Alert:
    """Sum the connections: the metric counts by database, and the limit is that of the instance."""
    percent = config.database_connections_percent
    return Alert(
        id="database_connections",
        title="database runs out of connections",
        meaning=f"More than {percent:g} % of {database.max_connections} connections are open. At "
        'the limit new ones fail with "too many clients already".',
        runbook="database-connections",
        severity="ERROR",
        conditions=[
            Threshold(
                title=f"Connections > {percent:g} % of {database.max_connections}",
                filter=metric("postgresql/num_backends", *instances),
                value=database.max_connections * percent / 100,
                seconds=300,
                aggregation=Aggregation(aligner="ALIGN_MAX", reducer="REDUCE_SUM", by=(INSTANCE,)),
            )
        ],
    )


def _lag(config: AlertsConfig, instances: Instances) -> Alert:
    """Alert on a lag, and on a negative lag: it means that replication has stopped.
    Source: Google Cloud metrics.
    """
    each = Aggregation(aligner="ALIGN_MEAN", seconds=300)
    return Alert(
        id="replica_lag",
        title="read replica is behind",
        meaning="A read replica is behind the primary, or does not replicate. Readers see old "
        "data, and a promotion would lose what has not arrived.",
        runbook="replica-lag",
        severity="ERROR",
        conditions=[
            Threshold(
                title=f"Lag > {config.replica_lag_seconds} s",
                filter=metric("replication/replica_lag", *instances),
                value=config.replica_lag_seconds,
                seconds=BUSY_SECONDS,
                aggregation=each,
            ),
            Threshold(
                title="Replication stopped",
                filter=metric("replication/replica_lag", *instances),
                value=0,
                below=True,
                seconds=BUSY_SECONDS,
                aggregation=each,
            ),
        ],
    )
