"""Warnings of quotas: the last number of services that default quotas allow, and one more."""

from typing import Any

import pytest

from environments import load
from environments.checking import check
from environments.rules import WARNINGS
from environments.rules.quotas import QUOTAS, warn_quotas
from tests.environments.samples import changed
from tests.template import bootstraps, platforms

AMOUNTS = {quota.what: quota.amount for quota in QUOTAS}


def _warned(services: int, routed: int) -> list[str]:
    """Return what is warned about with so many services, of which some have a route."""
    added: dict[str, Any] = {
        f"services.s{number}": {"route": {"paths": [f"/s{number}"]}} if number < routed - 3 else {}
        for number in range(services - 3)
    }
    result = check(changed("dev", added), "dev")
    assert result.problems == ()
    return [problem.actual for problem in warn_quotas(result.environment)]


def test_quotas_are_among_the_warnings() -> None:
    assert warn_quotas in WARNINGS


@pytest.mark.parametrize(
    ("services", "routed", "warned"),
    [
        (96, 50, []),
        (97, 50, ["101 service accounts"]),
        (96, 51, ["51 backend services"]),
        (
            101,
            101,
            ["105 service accounts", "101 backend services", "101 endpoint groups in a region"],
        ),
    ],
)
def test_services_above_the_default_quota_are_warned_about(
    services: int, routed: int, warned: list[str]
) -> None:
    assert _warned(services, routed) == warned


@pytest.mark.parametrize(("ranges", "warned"), [(1920, []), (1921, ["201 Cloud Armor rules"])])
def test_trusted_ranges_above_the_default_quota_of_rules_are_warned_about(
    ranges: int, warned: list[str]
) -> None:
    trusted = [f"203.{number // 256}.{number % 256}.1/32" for number in range(ranges)]
    environment = check(changed("dev", {"cloud_armor.allow_ranges": trusted}), "dev").environment
    problems = list(warn_quotas(environment))
    assert [problem.actual for problem in problems] == warned
    assert all(problem.path == ("cloud_armor", "allow_ranges") for problem in problems)


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_amounts_are_those_of_the_stacks(name: str) -> None:
    environment, stacks = load()[name], (platforms()[name], bootstraps()[name])
    for what, type_ in (
        ("service accounts", "google_service_account"),
        ("backend services", "google_compute_backend_service"),
    ):
        # The bootstrap makes the service accounts of the platform, which takes them over.
        resources = {one for stack in stacks for one in stack.of(type_)}
        assert AMOUNTS[what](environment) == len(resources)
    policy = platforms()[name].of("google_compute_security_policy")["default"]
    assert AMOUNTS["Cloud Armor rules"](environment) == len(policy["rule"])
    routers = platforms()[name].of("google_compute_router")
    assert AMOUNTS["routers"](environment) == len(routers)
    groups = platforms()[name].of("google_compute_region_network_endpoint_group").values()
    regions = [group["region"] for group in groups]
    assert AMOUNTS["endpoint groups in a region"](environment) == max(map(regions.count, regions))
