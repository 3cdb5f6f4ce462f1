"""The rows of the dashboard: what is looked at, from the users' side to the parts below.

Source of the metrics: Google Cloud, "Google Cloud metrics".
"""

from constructs.monitoring.logs import Logs
from constructs.monitoring.slo import ServiceSlos
from constructs.monitoring.widgets import PERCENT, Json, Row, budget, chart, line, ratio, series

from environments.naming import Names
from environments.schema import DatabaseConfig, ServiceConfig

_RUN, _SQL, _REDIS = "cloud_run_revision", "cloudsql_database", "redis_instance"
_BALANCER, _ARMOR = "https_lb_rule", "network_security_policy"
_BY_SERVICE = ["resource.label.service_name"]
_BY_DATABASE = ["resource.label.database_id"]
_BY_CACHE = ["resource.label.instance_id"]


def overview(database: DatabaseConfig) -> Row:
    """The document's four widgets, over all services."""
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


def service(name: str, config: ServiceConfig, *, slos: ServiceSlos, names: Names) -> Row:
    """One service: its instances in each region, how slow it is, and its error budgets."""
    own = f'resource.label.service_name="{names.service(name)}"'
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
    """Cloud SQL, the primary and its replicas, and what PostgreSQL complains of."""
    return Row(
        "Database",
        [
            chart(
                "CPU and memory",
                _level("cloudsql.googleapis.com/database/cpu/utilization", _SQL, "CPU"),
                _level("cloudsql.googleapis.com/database/memory/utilization", _SQL, "memory"),
            ),
            chart("Disk", _level("cloudsql.googleapis.com/database/disk/utilization", _SQL)),
            chart("Errors by kind", _logged(logs.database_errors, "kind")),
            *([_replica_lag()] if config.replicas else []),
        ],
    )


def cache() -> Row:
    """Redis, in every region."""
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


def load_balancer(*, logs: Logs) -> Row:
    """What the load balancer answers, how long it waits, and what the cache saves it."""
    requests = "loadbalancing.googleapis.com/https/request_count"
    waits = "loadbalancing.googleapis.com/https/backend_latencies"
    return Row(
        "Load balancer",
        [
            chart(
                "Requests per second by class",
                line(_rate(requests, _BALANCER, by="metric.label.response_code_class")),
            ),
            chart(
                "95th percentile of backend latency",
                line(
                    series(
                        waits,
                        _BALANCER,
                        align="ALIGN_DELTA",
                        reduce="REDUCE_PERCENTILE_95",
                        by=["resource.label.backend_target_name"],
                    )
                ),
            ),
            chart(
                "CDN hit ratio",
                ratio(
                    _rate(requests, _BALANCER, 'metric.label.cache_result="HIT"'),
                    _rate(requests, _BALANCER, 'metric.label.cache_result!="DISABLED"'),
                ),
            ),
            chart("5xx by cause", _logged(logs.server_errors, "cause")),
        ],
    )


def cloud_armor(*, logs: Logs) -> Row:
    """What the firewall lets pass and denies, also by rules that only look on."""
    enforced = "networksecurity.googleapis.com/https/request_count"
    previewed = "networksecurity.googleapis.com/https/previewed_request_count"
    blocked = "metric.label.blocked"
    return Row(
        "Cloud Armor",
        [
            chart("Requests per second", line(_rate(enforced, _ARMOR, by=blocked))),
            chart("Rules in preview", line(_rate(previewed, _ARMOR, by=blocked))),
            chart("Denied by rule", _logged(logs.denied_requests, "rule")),
        ],
    )


def operations(*, migrations: bool, logs: Logs) -> Row:
    """What goes out through Cloud NAT, and what went wrong behind the users' backs."""
    dropped = "router.googleapis.com/nat/dropped_sent_packets_count"
    widgets = [
        chart("NAT drops", line(_rate(dropped, "nat_gateway", by="metric.label.reason"))),
    ]
    if migrations:
        runs = "run.googleapis.com/job/completed_execution_count"
        counted = series(
            runs, "cloud_run_job", align="ALIGN_DELTA", by=["metric.label.result"], seconds=300
        )
        widgets.append(chart("Migrations", line(counted)))
    if logs.denied_secrets:
        widgets.append(chart("Denied reads of secrets", _logged(logs.denied_secrets, "account")))
    return Row("Operations", widgets)


def _requests(where: str = "") -> Json:
    requests = "run.googleapis.com/request_count"
    return series(requests, _RUN, where, align="ALIGN_RATE", by=_BY_SERVICE)


def _latency(percentile: int, where: str = "") -> Json:
    """A percentile of all requests together: a mean of each revision's percentile is none."""
    return series(
        "run.googleapis.com/request_latencies",
        _RUN,
        where,
        align="ALIGN_DELTA",
        reduce=f"REDUCE_PERCENTILE_{percentile}",
        by=_BY_SERVICE,
    )


def _rate(metric: str, resource: str, where: str = "", *, by: str = "") -> Json:
    return series(metric, resource, where, align="ALIGN_RATE", by=[by] if by else [])


def _level(metric: str, resource: str, name: str = "", *, where: str = "") -> Json:
    """A share of 1 of each instance; of its nodes, the fullest."""
    by = _BY_CACHE if resource == _REDIS else _BY_DATABASE
    return line(
        series(metric, resource, where, align="ALIGN_MEAN", reduce="REDUCE_MAX", by=by),
        legend=name and f"{name} $${{resource.labels.database_id}}",
        unit=PERCENT,
    )


def _logged(metric: str, label: str) -> Json:
    """How many log entries a minute, by a label of their metric."""
    return line(series(metric, align="ALIGN_DELTA", by=[f"metric.label.{label}"]))


def _replica_lag() -> Json:
    lag = "cloudsql.googleapis.com/database/replication/replica_lag"
    return chart(
        "Replica lag",
        line(series(lag, _SQL, align="ALIGN_MAX", reduce="REDUCE_MAX", by=_BY_DATABASE)),
    )
