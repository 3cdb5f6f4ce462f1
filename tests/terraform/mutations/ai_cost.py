"""Mistakes in vector search, cost reports, and budgets."""

from tests.policy import test_ai_cost as ai_cost_policies
from tests.terraform.mutations.mutation import Api, Mutation, Policy

SQL = "google_sql_database_instance.main"
INDEX = "google_vertex_ai_index.embeddings"
ENDPOINT = "google_vertex_ai_index_endpoint.embeddings"
DEPLOYED = "google_vertex_ai_index_endpoint_deployed_index.embeddings"
REPORT = "google_bigquery_table.daily_cost_report"
BUDGET = "google_billing_budget.monthly"


MUTATIONS: tuple[Mutation, ...] = (
    Api(
        mistake="a vector index without metadata",
        address=INDEX,
        change={"metadata": []},
        says=r"metadata is required",
    ),
    Api(
        mistake="an index that nothing can search, named with hyphens",
        address=DEPLOYED,
        change={"deployed_index_id": "grid-prod-embeddings"},
        says=r"only letters, numbers and underscores",
    ),
    Api(
        mistake="an index endpoint in a network that is named with the project's id",
        address=ENDPOINT,
        change={
            "public_endpoint_enabled": False,
            "network": "projects/grid-prod-example/global/networks/grid-prod-vpc",
        },
        says=r"project_number",
    ),
    Api(
        mistake="a cost query over a table that is not there",
        address=REPORT,
        change={
            "view": [
                {
                    "query": "SELECT 1 FROM "
                    "`grid-prod-example.grid_prod_billing_export.gcp_billing_export_v1`",
                    "use_legacy_sql": False,
                }
            ]
        },
        says=r"gcp_billing_export_v1 was not found",
    ),
    Api(
        mistake="a view in legacy SQL, the provider's default",
        address=REPORT,
        change={"view": [{"query": "SELECT 1 FROM `a.b.c`", "use_legacy_sql": True}]},
        says=r"standard SQL",
    ),
    Api(
        mistake="a budget for a project that is named by its id",
        address=BUDGET,
        change={"budget_filter.0.projects": ["projects/grid-platform"]},
        says=r"shows a change",
    ),
    Policy(
        mistake="vectors for whoever is in the network",
        address=ENDPOINT,
        change={"public_endpoint_enabled": False},
        policy=ai_cost_policies.test_vector_endpoint_is_public_and_requires_tokens,
    ),
    Policy(
        mistake="one replica, without an SLA",
        address=DEPLOYED,
        change={"dedicated_resources.min_replica_count": 1},
        policy=ai_cost_policies.test_protected_environment_has_at_least_two_vector_replicas,
    ),
    Policy(
        mistake="a budget that speaks up when the money is spent",
        address=BUDGET,
        change={"threshold_rules": [{"threshold_percent": 1, "spend_basis": "CURRENT_SPEND"}]},
        policy=ai_cost_policies.test_every_project_has_a_budget_with_early_and_forecast_thresholds,
    ),
)
