"""The quotas, held against the most that the environment may take; docs/quotas.md has the sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from facts import quotas
from operations.checks.finding import Finding, Findings, Severity, Subject
from operations.checks.stack import RunWorkload, Stack

_SERVICE = "run.googleapis.com"
_UNIT = "1/{project}/{region}"
"""A total; the same metrics have limits per minute too."""
_TODO = "gcloud beta quotas preferences create --service=run.googleapis.com --quota-id={id} "
_UNLIMITED = -1


@dataclass(frozen=True)
class _Quota:
    """A quota of Cloud Run for each region."""

    name: quotas.RunQuota
    takes: Callable[[RunWorkload], int]
    """How much one instance takes, in the quota's unit."""


QUOTAS = (
    _Quota(quotas.cloud_run("cpu"), lambda workload: workload.cpu),
    _Quota(quotas.cloud_run("memory"), lambda workload: workload.memory),
    _Quota(
        quotas.cloud_run("gpu"),
        lambda workload: 0 if workload.gpu_zonal_redundancy else workload.gpus,
    ),
    _Quota(
        quotas.cloud_run("gpu_zonal_redundancy"),
        lambda workload: workload.gpus if workload.gpu_zonal_redundancy else 0,
    ),
)
"""CPU is counted in thousandths, memory in bytes (the answers of Service Usage, "mCPU", "By")."""


def _each(type_: str) -> Callable[[Stack], int]:
    return lambda stack: len(stack.resources(type_))


def _addresses(*, internal: bool) -> Callable[[Stack], int]:
    return lambda stack: sum(
        (address.get("address_type") == "INTERNAL") == internal
        for address in stack.resources("google_compute_global_address")
    )


def _rules(*, expression: bool) -> Callable[[Stack], int]:
    return lambda stack: sum(
        "expr" in rule["match"] or not expression
        for policy in stack.resources("google_compute_security_policy")
        for rule in policy["rule"]
    )


COMPUTE: dict[str, Callable[[Stack], int]] = {
    **{metric: _each(type_) for metric, type_ in quotas.compute_types().items()},
    "GLOBAL_INTERNAL_ADDRESSES": _addresses(internal=True),
    "SECURITY_POLICY_CEVAL_RULES": _rules(expression=True),
    "SECURITY_POLICY_RULES": _rules(expression=False),
    "STATIC_ADDRESSES": _addresses(internal=False),
}
"""Compute Engine's quotas (compute v1, `Quota.metric`), and how much of each a stack takes; one
that Google does not report for the project is passed over."""


def run(subject: Subject) -> Findings:
    """Cloud Run may start every instance: refused is a service alone, stopped all together."""
    limits = {metric["metric"]: _limits(metric) for metric in _metrics(subject)}
    regions = sorted({workload.region for workload in subject.stack.workloads})
    for quota in QUOTAS:
        for region in regions:
            needs = [
                workload.instances * quota.takes(workload)
                for workload in subject.stack.workloads
                if workload.region == region
            ]
            if sum(needs):
                by_region = limits.get(f"{_SERVICE}/{quota.name.metric}", {})
                limit = by_region.get(region, by_region.get(""))
                yield _evaluate(subject.project, quota, region, needs, limit)


def _metrics(subject: Subject) -> Iterator[dict[str, Any]]:
    metrics = subject.session.google.api("serviceusage", "v1beta1").services()
    metrics = metrics.consumerQuotaMetrics()
    parent = f"projects/{subject.project}/services/{_SERVICE}"
    page: str | None = None
    while page != "":
        request = metrics.list(parent=parent, view="FULL", pageToken=page)
        answer = subject.session.client.send(request)
        yield from answer.get("metrics", [])
        page = answer.get("nextPageToken", "")


def _limits(metric: dict[str, Any]) -> dict[str, int]:
    """Return the limit of each region; that of all others is under an empty name."""
    by_region: dict[str, int] = {}
    for limit in metric.get("consumerQuotaLimits", []):
        if limit.get("unit") == _UNIT:
            for bucket in limit.get("quotaBuckets", []):
                region = bucket.get("dimensions", {}).get("region", "")
                by_region[region] = int(bucket.get("effectiveLimit", 0))
    return by_region


def _evaluate(
    project: str, quota: _Quota, region: str, needs: list[int], limit: int | None
) -> Finding:
    what = f"{quota.name.id} in {region}"
    expected = f"{sum(needs):,} for all services and jobs, {max(needs):,} for the largest"
    advice = (
        _TODO.format(id=quota.name.id) + f"--project={project} --dimensions=region={region} "
        f"--preferred-value={sum(needs)} --email=<contact>; or lower max_instances"
    )
    if limit is None:
        return Finding(
            severity="warning",
            what=what,
            actual="Google reports none",
            expected=expected,
            advice=advice,
        )
    if limit == _UNLIMITED or sum(needs) <= limit:
        return Finding(severity="ok", what=what, actual=f"{limit:,}", expected=expected)
    severity: Severity = "error" if max(needs) > limit else "warning"
    return Finding(
        severity=severity, what=what, actual=f"{limit:,}", expected=expected, advice=advice
    )


def compute(subject: Subject) -> Findings:
    """Check that network and load balancer fit into the project, in addition to what exists."""
    projects = subject.session.google.api("compute", "v1").projects()
    answer = subject.session.client.send(projects.get(project=subject.project))
    # What is applied already is in the usage.
    free = {
        quota["metric"]: quota["limit"] - (0 if subject.platform else quota["usage"])
        for quota in answer.get("quotas", [])
    }
    short = [
        f"{metric} {needed} of {free[metric]:.0f}"
        for metric, takes in sorted(COMPUTE.items())
        if (needed := takes(subject.stack)) and needed > free.get(metric, needed)
    ]
    yield Finding(
        severity="error" if short else "ok",
        what="Compute Engine quotas of the project",
        actual=f"too small: {', '.join(short)}" if short else "enough",
        expected="quota for the network and every part of the load balancer" if short else "",
        advice="IAM & Admin, Quotas & System Limits, service compute.googleapis.com"
        if short
        else "",
    )
