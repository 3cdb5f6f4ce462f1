"""Monthly costs: what is billed around the clock, and what changes them."""

import pytest

from contract.costs import Cost, by_part, estimate, total
from facts import prices
from tests.template import platform, platforms, variant


def costs_of(name: str) -> list[Cost]:
    return estimate(platforms()[name].document)


def amounts(costs: list[Cost]) -> dict[str, float]:
    return {cost.part: cost.always for cost in by_part(costs)}


def test_cloud_sql_costs_its_machine_for_each_copy() -> None:
    hour = 8 * prices.price("sql_vcpu_hour") + 30 * prices.price("sql_gib_hour")
    machines = {cost.detail: cost.always for cost in costs_of("prod") if "db-custom" in cost.detail}
    assert machines == {
        "primary db-custom-8-30720 in us-central1, with a standby": pytest.approx(1460 * hour),
        "replica db-custom-8-30720 in us-east1": pytest.approx(730 * hour),
    }


def test_minimum_instances_are_billed_around_the_clock_and_others_by_use() -> None:
    [api] = [cost for cost in costs_of("dev") if "grid-dev-api" in cost.detail]
    assert api.always == 0
    second = 4 * prices.price("run_instance_vcpu_second")
    second += 4 * prices.price("run_instance_gib_second")
    assert api.most == pytest.approx(10 * second * 730 * 3600)
    changed = platform(variant("dev", {"services.api.min_instances": 1})).document
    [api] = [cost for cost in estimate(changed) if "grid-dev-api" in cost.detail]
    assert api.always == pytest.approx(second * 730 * 3600)


def test_idle_minimum_instances_of_request_based_billing_cost_less_than_busy_ones() -> None:
    [auth] = [cost for cost in costs_of("staging") if "grid-staging-auth" in cost.detail]
    assert 0 < auth.always < auth.most / 50


def test_connectors_cost_nothing_with_direct_egress() -> None:
    assert "VPC connector" in amounts(costs_of("dev"))
    direct = platform(variant("dev", {"network.egress": "direct"})).document
    assert "VPC connector" not in amounts(estimate(direct))


def test_cloud_nat_costs_its_gateway_and_one_address() -> None:
    [nat] = [cost for cost in costs_of("dev") if cost.part == "Cloud NAT"]
    assert nat.always == pytest.approx(730 * (0.0014 + 0.005))
    assert nat.most == pytest.approx(730 * (0.044 + 0.005))


def test_gateway_and_search_replicas_are_parts_of_their_own() -> None:
    parts = amounts(costs_of("prod"))
    assert parts["Apigee"] > 0
    assert parts["Vector Search"] > 0
    assert {"Apigee", "Vector Search"}.isdisjoint(amounts(costs_of("dev")))


def test_total_is_the_sum_and_most_is_never_below_always() -> None:
    for name in platforms():
        costs = costs_of(name)
        assert total(costs).always == pytest.approx(sum(amounts(costs).values()))
        assert all(cost.always <= cost.most for cost in costs)


def test_every_machine_type_of_the_schema_has_a_price() -> None:
    for machine in ("f1-micro", "e2-micro", "e2-standard-4"):
        assert prices.price_of("connector_instance_hour", machine)
    for tier in ("db-f1-micro", "db-g1-small"):
        assert prices.price_of("sql_shared_core_hour", tier)
