"""Alerts on Cloud Run: errors, latency, CPU and the limit of instances, of every service."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from constructs.monitoring.alert import Aggregation, Alert, Query, Threshold
from constructs.monitoring.filters import cloud_run
from constructs.monitoring.splitting import join_texts, split_names

from environments.naming import Names
from environments.schema import AlertsConfig, Environment, ServiceConfig

SERVICE = "resource.label.service_name"
CPU_SECONDS = 900
"""Cloud Run adds instances when the CPU is busy, which takes minutes; this is when it did not."""
INSTANCES_SECONDS = 300
"""A deployment runs old and new instances side by side for a short time."""
REQUESTS = 'run_googleapis_com:request_count{monitored_resource="cloud_run_revision"%s}'
INSTANCES = 'run_googleapis_com:container_instance_count{monitored_resource="cloud_run_revision"%s}'


def alerts(environment: Environment) -> Iterator[Alert]:
    """Yield the alerts over all services. An alert that compares with a value of each service has
    a condition, or a part of a query, for each value; several where the names of the services are
    too many for one.
    """
    config = environment.monitoring.alerts
    yield Alert(
        id="high_error_rate",
        title="services answer with errors",
        meaning=f"More than {config.error_percent:g} % of a service's requests end with 5xx.",
        runbook="high-error-rate",
        severity="CRITICAL",
        conditions=[
            Query(
                title=f"5xx > {config.error_percent:g} % of a service's requests",
                query=_error_ratio(config),
                seconds=config.error_seconds,
            )
        ],
    )
    yield Alert(
        id="high_latency",
        title="services answer slowly",
        meaning="The 95th percentile of a service's latency is above its objective.",
        runbook="high-latency",
        severity="CRITICAL",
        conditions=[
            Threshold(
                title=f"p95 > {limit} ms",
                filter=cloud_run("request_latencies", *group),
                value=limit,
                seconds=config.latency_seconds,
                aggregation=Aggregation(
                    aligner="ALIGN_DELTA", reducer="REDUCE_PERCENTILE_95", by=(SERVICE,)
                ),
                missing_data="INACTIVE",
            )
            for limit, services in _by(environment, lambda service: service.slo.latency_ms)
            for group in _filtered("request_latencies", services)
        ],
    )
    yield Alert(
        id="high_cpu",
        title="services are short of CPU",
        meaning="Half of a service's instances use more CPU than it is meant to use.",
        runbook="high-cpu",
        severity="WARNING",
        conditions=[
            Threshold(
                title=f"Median CPU > {percent} %",
                filter=cloud_run("container/cpu/utilizations", *group),
                value=percent / 100,
                seconds=CPU_SECONDS,
                aggregation=Aggregation(
                    aligner="ALIGN_DELTA",
                    reducer="REDUCE_PERCENTILE_50",
                    by=(SERVICE, "resource.label.location"),
                ),
                missing_data="INACTIVE",
            )
            for percent, services in _by(environment, lambda service: service.target_cpu_percent)
            for group in _filtered("container/cpu/utilizations", services)
        ],
    )
    yield Alert(
        id="instance_limit",
        title="services come to their limit of instances",
        meaning=f"A service runs more than {config.instances_percent:g} % of its `max_instances` "
        "in a region. At the limit requests wait, and then fail with 429 or 500.",
        runbook="instance-limit",
        severity="ERROR",
        conditions=[
            Query(
                title=f"Instances > {config.instances_percent:g} % of max_instances",
                query=query,
                seconds=INSTANCES_SECONDS,
            )
            for query in join_texts(_instance_limits(environment), "\nor ")
        ],
    )


def _error_ratio(config: AlertsConfig) -> str:
    """5xx over all requests of a service, where there are enough to speak of a share."""
    requests = f"sum by (service_name) (rate({REQUESTS % ''}[5m]))"
    errors_only = REQUESTS % ', response_code_class="5xx"'
    errors = f"sum by (service_name) (rate({errors_only}[5m]))"
    return (
        f"{errors} / {requests} > {config.error_percent / 100:g}\n"
        f"and {requests} > {config.least_requests_per_second:g}"
    )


def _filtered(metric: str, services: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the services in groups that fit into a filter each."""
    return split_names(services, lambda names: cloud_run(metric, *names))


def _instance_limits(environment: Environment) -> Iterator[str]:
    """Yield the comparisons with the limits of the services."""
    percent = environment.monitoring.alerts.instances_percent
    for limit, services in _by(environment, lambda service: service.max_instances):
        write = partial(_instances, limit * percent / 100)
        yield from map(write, split_names(services, write))


def _instances(most: float, services: Sequence[str]) -> str:
    """Instances of a revision in a region; the limit is that of a revision."""
    which = INSTANCES % f', service_name=~"{"|".join(services)}"'
    return f"sum by (service_name, location, revision_name) ({which}) > {most:g}"


def _by(
    environment: Environment, value_of: Callable[[ServiceConfig], int]
) -> list[tuple[int, tuple[str, ...]]]:
    """Group the names of the Cloud Run services by a value of theirs, the smallest first."""
    names = Names.of(environment)
    groups: dict[int, tuple[str, ...]] = {}
    for name, service in environment.services.items():
        key = value_of(service)
        groups[key] = (*groups.get(key, ()), names.service(name))
    return sorted(groups.items())
