"""Vector search and cost: what runs all day, who may search, and what is read to know the costs."""

import re

from environments import Environment
from tests.template import Template


def test_vector_endpoint_is_deployed_only_when_configured(
    template: Template, environment: Environment
) -> None:
    asked = bool(environment.vector_search and environment.vector_search.deployment)
    assert bool(template.of("google_vertex_ai_index_endpoint")) == asked
    assert bool(template.of("google_vertex_ai_index_endpoint_deployed_index")) == asked


def test_protected_environment_has_at_least_two_vector_replicas(
    template: Template, environment: Environment
) -> None:
    for deployed in template.of("google_vertex_ai_index_endpoint_deployed_index").values():
        least = deployed["dedicated_resources"]["min_replica_count"]
        assert least >= (2 if environment.protect else 1)
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,127}", deployed["deployed_index_id"])


def test_every_project_has_a_budget_with_early_and_forecast_thresholds(template: Template) -> None:
    rules = template.one("google_billing_budget")["threshold_rules"]
    current = [
        rule["threshold_percent"] for rule in rules if rule["spend_basis"] == "CURRENT_SPEND"
    ]
    assert min(current) <= 0.5
    assert [rule for rule in rules if rule["spend_basis"] == "FORECASTED_SPEND"]


def test_views_use_google_sql_and_partition_filters(template: Template) -> None:
    for table in template.of("google_bigquery_table").values():
        if "view" in table:
            assert table["view"]["use_legacy_sql"] is False
            assert "_PARTITIONTIME >=" in table["view"]["query"]


def test_datasets_have_no_public_member(template: Template) -> None:
    everyone = {"allUsers", "allAuthenticatedUsers"}
    grants = template.of("google_bigquery_dataset_iam_member").values()
    assert not [grant for grant in grants if grant["member"] in everyone]
    assert not [
        dataset
        for dataset in template.of("google_bigquery_dataset").values()
        if "access" in dataset
    ]


def test_vector_endpoint_is_public_and_requires_tokens(template: Template) -> None:
    """An endpoint in a network answers whoever is in it; a public one asks for a token."""
    for endpoint in template.of("google_vertex_ai_index_endpoint").values():
        assert endpoint["public_endpoint_enabled"] is True
        assert "network" not in endpoint
