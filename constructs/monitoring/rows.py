"""The rows of the dashboard for services, data and operations.

Source of the metrics: Google Cloud, "Google Cloud metrics".
"""

from constructs.monitoring.logs import Logs
from constructs.monitoring.slo import ServiceSlos
from constructs.monitoring.widgets import (
    PERCENT,
    Json,
    Row,
    budget,
    chart,
    line,
    logged,
    percentile,
    rate,
    ratio,
    series,
)

from environments.naming import MIGRATION_JOB, Names
from environments.schema import (
    DatabaseConfig,
    Environment,
    ServiceConfig,
    VectorDeploymentConfig,
)

_RUN, _SQL, _REDIS = "cloud_run_revision", "cloudsql_database", "redis_instance"
_ENDPOINT = "aiplatform.googleapis.com/IndexEndpoint"
_WORKFLOW = "workflows.googleapis.com/Workflow"
_BY_SERVICE = ["resource.label.service_name"]
_BY_DATABASE = ["resource.label.database_id"]
_BY_CACHE = ["resource.label.instance_id"]


def overview(database: DatabaseConfig) -> Row:
    """Show the four widgets of the architecture spec, over all services."""
    connections = "cloudsql.googleapis.com/database/postgresql/num_backends"
    return Row(
        "Overview",
        [
            chart("Requests per second", line(_requests())),
            chart(
                "Share of 5xx",
                ratio(_requests('metric.label.response_code_class="5xx"'), _requests()),
            ),
            chart("95th percentile of latency", line(_latency(95))),
            chart(
                "Database connections",
                line(series(connections, _SQL, align="ALIGN_MEAN", by=_BY_DATABASE)),
                limits={"max_connections": database.max_connections},
            ),
        ],
    )


def service(name: str, config: ServiceConfig, *, slos: ServiceSlos) -> Row:
    """Show one service: its instances in each region, its latency, and its error budgets."""
    own = f'resource.label.service_name="{slos.cloud_run_service}"'
    instances = "run.googleapis.com/container/instance_count"
    return Row(
        f"Service {name}",
        [
            chart(
                "Instances",
                line(
                    series(instances, _RUN, own, align="ALIGN_MAX", by=["resource.label.location"])
                ),
                limits={"max_instances in a region": config.max_instances},
            ),
            chart(
                "Latency",
                *(line(_latency(part, own), legend=f"p{part}") for part in (50, 95, 99)),
            ),
            chart(
                "Error budget left",
                line(budget(slos.availability), legend="availability", unit=PERCENT),
                line(budget(slos.latency), legend="latency", unit=PERCENT),
            ),
        ],
    )


def database(config: DatabaseConfig, *, logs: Logs) -> Row:
    """Show Cloud SQL, the primary and its replicas, and the errors of PostgreSQL."""
    return Row(
        "Database",
        [
            chart(
                "CPU and memory",
                _level("cloudsql.googleapis.com/database/cpu/utilization", _SQL, "CPU"),
                _level("cloudsql.googleapis.com/database/memory/utilization", _SQL, "memory"),
            ),
            chart("Disk", _level("cloudsql.googleapis.com/database/disk/utilization", _SQL)),
            chart("Errors by kind", logged(logs.database_errors, "kind")),
            *([_replica_lag()] if config.replicas else []),
        ],
    )


def cache() -> Row:
    """Show Redis in every region."""
    hits, memory = "redis.googleapis.com/stats/cache_hit_ratio", "stats/memory/usage_ratio"
    clients = "redis.googleapis.com/clients/connected"
    primary = 'metric.label.role="primary"'
    return Row(
        "Cache",
        [
            chart("Memory", _level(f"redis.googleapis.com/{memory}", _REDIS)),
            chart("Hit ratio", _level(hits, _REDIS, where=primary)),
            chart(
                "Clients",
                line(series(clients, _REDIS, primary, align="ALIGN_MEAN", by=_BY_CACHE)),
            ),
        ],
    )


def vector_search(config: VectorDeploymentConfig) -> Row:
    """Show Vertex AI Vector Search: queries, latency and replicas of the endpoint."""
    metrics = "aiplatform.googleapis.com/matching_engine"
    requests, waits = f"{metrics}/query/request_count", f"{metrics}/query/latencies"
    replicas = f"{metrics}/current_replicas"
    index = ["metric.label.deployed_index_id"]
    return Row(
        "Vector search",
        [
            chart(
                "Queries per second by code",
                line(rate(requests, _ENDPOINT, by=["metric.label.response_code"])),
            ),
            chart("95th percentile of latency", line(percentile(waits, _ENDPOINT, by=index))),
            chart(
                "Replicas",
                line(series(replicas, _ENDPOINT, align="ALIGN_MAX", reduce="REDUCE_MAX", by=index)),
                limits={"max_replicas": config.max_replicas},
            ),
        ],
    )


def operations(environment: Environment, *, logs: Logs) -> Row:
    """Show drops of Cloud NAT, migrations, exports, and denied reads of secrets."""
    names = Names.of(environment)
    drops = "router.googleapis.com/nat/dropped_sent_packets_count"
    widgets = [
        chart("NAT drops", line(rate(drops, "nat_gateway", by=["metric.label.reason"]))),
    ]
    if environment.migration_job:
        runs = "run.googleapis.com/job/completed_execution_count"
        own = f'resource.label.job_name="{names.service(MIGRATION_JOB)}"'
        widgets.append(chart("Migrations", _finished(runs, "cloud_run_job", own, by="result")))
    if environment.backups:
        runs = "workflows.googleapis.com/finished_execution_count"
        own = f'resource.label.workflow_id="{names.export()}"'
        widgets.append(chart("Exports", _finished(runs, _WORKFLOW, own, by="status")))
    if logs.denied_secrets:
        widgets.append(chart("Denied reads of secrets", logged(logs.denied_secrets, "account")))
    return Row("Operations", widgets)


def _requests(where: str = "") -> Json:
    return rate("run.googleapis.com/request_count", _RUN, where, by=_BY_SERVICE)


def _latency(percent: int, where: str = "") -> Json:
    latencies = "run.googleapis.com/request_latencies"
    return percentile(latencies, _RUN, where, percent=percent, by=_BY_SERVICE)


def _finished(metric: str, resource: str, where: str, *, by: str) -> Json:
    """Count the runs that ended in five minutes, by their result."""
    label = [f"metric.label.{by}"]
    return line(series(metric, resource, where, align="ALIGN_DELTA", by=label, seconds=300))


def _level(metric: str, resource: str, name: str = "", *, where: str = "") -> Json:
    """Show a utilization of each instance, that of its fullest node."""
    by = _BY_CACHE if resource == _REDIS else _BY_DATABASE
    return line(
        series(metric, resource, where, align="ALIGN_MEAN", reduce="REDUCE_MAX", by=by),
        legend=name and f"{name} $${{resource.labels.database_id}}",
        unit=PERCENT,
    )


def _replica_lag() -> Json:
    lag = "cloudsql.googleapis.com/database/replication/replica_lag"
    return chart(
        "Replica lag",
        line(series(lag, _SQL, align="ALIGN_MAX", reduce="REDUCE_MAX", by=_BY_DATABASE)),
    )
