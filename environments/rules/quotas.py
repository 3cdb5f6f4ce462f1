"""Warnings of quotas: what fits into no project with default quotas. A project can have more, so
nothing is rejected.
"""

from collections.abc import Callable, Iterator
from math import ceil
from typing import NamedTuple

from environments.problems import Path, Problem
from environments.schema import Environment
from facts import cloud_armor, quotas

OTHER_RULES = 2
"""Cloud Armor rules of each environment: the rate limit and the default."""


class _Quota(NamedTuple):
    what: str
    name: str
    """Name of the quota in the facts."""
    path: Path
    """What to have less of."""
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


def _rules(environment: Environment) -> int:
    armor, gateway = environment.cloud_armor, environment.gateway
    ranges = len(armor.allow_ranges) + (gateway.egress_addresses if gateway else 0)
    return ceil(ranges / cloud_armor.max_ranges_of_rule()) + len(armor.waf_rule_sets) + OTHER_RULES


QUOTAS = (
    _Quota("service accounts", "service_accounts", ("services",), _accounts),
    _Quota("backend services", "backend_services", ("services",), _backends),
    _Quota("endpoint groups in a region", "network_endpoint_groups", ("services",), _groups),
    _Quota("routers", "routers", ("regions",), lambda environment: len(environment.regions)),
    _Quota("Cloud Armor rules", "security_policy_rules", ("cloud_armor", "allow_ranges"), _rules),
)
"""Quotas that an environment can exceed within its other limits."""


def warn_quotas(environment: Environment) -> Iterator[Problem]:
    """Warn about an environment that needs more of a quota than a project has by default."""
    for quota in QUOTAS:
        default = int(quotas.defaults()[quota.name])
        if (amount := quota.amount(environment)) > default:
            yield Problem(
                quota.path,
                f"{amount:,} {quota.what}",
                f"at most {default:,}, the default quota of a project; request more before "
                "the first apply, or Google rejects the rest (docs/quotas.md)",
            )
