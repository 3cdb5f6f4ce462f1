"""Alerts on Cloud SQL: the primary, and its replicas where there are any."""

from collections.abc import Iterator

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


def alerts(database: DatabaseConfig, config: AlertsConfig) -> Iterator[Alert]:
    """The alerts on the instances. Each compares every instance by itself."""
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
                filter=metric("up"),
                value=1,
                below=True,
                seconds=DOWN_SECONDS,
                aggregation=Aggregation(aligner="ALIGN_MAX"),
                missing_data="ACTIVE",
            )
        ],
    )
    yield _busy("CPU", config.database_cpu_percent, "ERROR")
    yield _busy("memory", config.database_memory_percent, "WARNING")
    yield _disk(database, config)
    yield _connections(database, config)
    if database.replicas:
        yield _lag(config)


def _busy(what: str, percent: float, severity: Severity) -> Alert:
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
                filter=metric(f"{name}/utilization"),
                value=percent / 100,
                seconds=BUSY_SECONDS,
                aggregation=Aggregation(aligner="ALIGN_MEAN", seconds=300),
            )
        ],
    )


def _disk(database: DatabaseConfig, config: AlertsConfig) -> Alert:
    """The share of the present disk says little, since the disk grows; the limit says more."""
    mean = Aggregation(aligner="ALIGN_MEAN", seconds=300)
    conditions = [
        Threshold(
            title=f"Used disk > {FULL * 100:g} % of its present size",
            filter=metric("disk/utilization"),
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
                filter=metric("disk/bytes_used"),
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


def _connections(database: DatabaseConfig, config: AlertsConfig) -> Alert:
    """The metric counts by database, and the limit is that of the instance: a sum."""
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
                filter=metric("postgresql/num_backends"),
                value=database.max_connections * percent / 100,
                seconds=300,
                aggregation=Aggregation(aligner="ALIGN_MAX", reducer="REDUCE_SUM", by=(INSTANCE,)),
            )
        ],
    )


def _lag(config: AlertsConfig) -> Alert:
    """A negative lag means that replication has stopped. Source: Google Cloud metrics."""
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
                filter=metric("replication/replica_lag"),
                value=config.replica_lag_seconds,
                seconds=BUSY_SECONDS,
                aggregation=each,
            ),
            Threshold(
                title="Replication stopped",
                filter=metric("replication/replica_lag"),
                value=0,
                below=True,
                seconds=BUSY_SECONDS,
                aggregation=each,
            ),
        ],
    )
