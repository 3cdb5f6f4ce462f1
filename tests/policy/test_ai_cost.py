"""Vector search and cost: what runs all day, who may search, and what is read to know the costs."""

import re

from environments import Environment
from tests.template import Template


def test_replicas_run_only_where_the_file_asks_for_them(
    template: Template, environment: Environment
) -> None:
    asked = bool(environment.vector_search and environment.vector_search.deployment)
    assert bool(template.of("google_vertex_ai_index_endpoint")) == asked
    assert bool(template.of("google_vertex_ai_index_endpoint_deployed_index")) == asked


def test_a_protected_environment_searches_with_an_sla(
    template: Template, environment: Environment
) -> None:
    for deployed in template.of("google_vertex_ai_index_endpoint_deployed_index").values():
        least = deployed["dedicated_resources"]["min_replica_count"]
        assert least >= (2 if environment.protect else 1)
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,127}", deployed["deployed_index_id"])


def test_an_index_has_all_that_the_api_requires(template: Template) -> None:
    for index in template.of("google_vertex_ai_index").values():
        config = index["metadata"]["config"]
        assert {"dimensions", "shard_size", "approximate_neighbors_count"} <= config.keys()


def test_every_query_asks_who_is_there(template: Template) -> None:
    """An endpoint in a network answers whoever is in it; a public one asks for a token."""
    for endpoint in template.of("google_vertex_ai_index_endpoint").values():
        assert endpoint["public_endpoint_enabled"] is True
        assert "network" not in endpoint


def test_every_project_has_a_budget_that_warns_early_and_of_the_month(template: Template) -> None:
    rules = template.one("google_billing_budget")["threshold_rules"]
    current = [one["threshold_percent"] for one in rules if one["spend_basis"] == "CURRENT_SPEND"]
    assert min(current) <= 0.5
    assert [one for one in rules if one["spend_basis"] == "FORECASTED_SPEND"]


def test_a_budget_names_projects_by_number(template: Template) -> None:
    for budget in template.of("google_billing_budget").values():
        assert budget["budget_filter"]["projects"] == [
            "projects/${data.google_project.billed.number}"
        ]


def test_views_are_in_googles_sql_and_read_few_partitions(template: Template) -> None:
    for table in template.of("google_bigquery_table").values():
        if "view" in table:
            assert table["view"]["use_legacy_sql"] is False
            assert "_PARTITIONTIME >=" in table["view"]["query"]


def test_no_dataset_is_open_to_everyone(template: Template) -> None:
    everyone = {"allUsers", "allAuthenticatedUsers"}
    grants = template.of("google_bigquery_dataset_iam_member").values()
    assert not [one for one in grants if one["member"] in everyone]
    assert not [one for one in template.of("google_bigquery_dataset").values() if "access" in one]
