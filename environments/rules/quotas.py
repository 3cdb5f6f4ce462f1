"""Warnings of quotas: what fits into no project with default quotas. A project can have more, so
nothing is rejected.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from environments.problems import Problem
from environments.schema import Environment
from facts import quotas


class _Quota(NamedTuple):
    what: str
    default: int
    amount: Callable[[Environment], int]


def _accounts(environment: Environment) -> int:
    """Count those of the services, the jobs, the cost report and the pipeline."""
    export = environment.cost.export if environment.cost else None
    others = (
        True,  # the smoke jobs
        environment.migration_job,
        environment.backups,
        export and export.daily_report,
    )
    return len(environment.services) + sum(map(bool, others)) + (2 if environment.ci else 0)


def _backends(environment: Environment) -> int:
    routed = [service for service in environment.services.values() if service.route]
    return len(routed) + bool(environment.gateway)


def _groups(environment: Environment) -> int:
    """Count those of the region with the most, the gateway's in the primary region included."""
    routed = [service for service in environment.services.values() if service.route]
    return max(
        sum(region in environment.regions_of(service) for service in routed)
        + bool(environment.gateway and region == environment.primary_region)
        for region in environment.regions
    )


QUOTAS = (
    _Quota("service accounts", int(quotas.defaults()["service_accounts"]), _accounts),
    _Quota("backend services", int(quotas.defaults()["backend_services"]), _backends),
    _Quota(
        "endpoint groups in a region", int(quotas.defaults()["network_endpoint_groups"]), _groups
    ),
)
"""Quotas that fewer services exceed than the allow policy of the project has room for."""


def warn_quotas(environment: Environment) -> Iterator[Problem]:
    """Warn about services that need more of a quota than a project has by default."""
    for quota in QUOTAS:
        if (amount := quota.amount(environment)) > quota.default:
            yield Problem(
                ("services",),
                f"{amount:,} {quota.what}",
                f"at most {quota.default:,}, the default quota of a project; request more before "
                "the first apply, or Google rejects the rest (docs/quotas.md)",
            )
