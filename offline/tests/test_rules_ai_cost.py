"""Vertex AI, BigQuery and budgets: what their APIs reject."""

from typing import Any

import pytest
from rule_cases import RuleCase, check_both, cloud_of, evaluate

from offline.cloud.quotas import Quotas
from offline.warnings import find_warnings

INDEX_TYPE, ENDPOINT_TYPE = "google_vertex_ai_index", "google_vertex_ai_index_endpoint"
DEPLOYED_TYPE = "google_vertex_ai_index_endpoint_deployed_index"
DATASET_TYPE, TABLE_TYPE = "google_bigquery_dataset", "google_bigquery_table"
TRANSFER_TYPE, BUDGET_TYPE = "google_bigquery_data_transfer_config", "google_billing_budget"
ACCOUNT_TYPE = "google_service_account"
CHANNEL_TYPE = "google_monitoring_notification_channel"
PLACE = "projects/acme-test/locations/us-central1"
CONFIG = {
    "dimensions": 768,
    "shard_size": "SHARD_SIZE_SMALL",
    "approximate_neighbors_count": 150,
    "algorithm_config": [{"tree_ah_config": [{"leaf_node_embedding_count": 1000}]}],
}
INDEX = {"id": f"{PLACE}/indexes/1", "metadata": [{"config": [CONFIG]}]}
MEDIUM = {
    "id": f"{PLACE}/indexes/1",
    "metadata": [{"config": [CONFIG | {"shard_size": "SHARD_SIZE_MEDIUM"}]}],
}
ENDPOINT = {"id": f"{PLACE}/indexEndpoints/2", "public_endpoint_enabled": True}
PEERED = {"network": "projects/123/global/networks/vpc"}
DEPLOYED = {
    "deployed_index_id": "acme_test_embeddings",
    "index": INDEX["id"],
    "index_endpoint": ENDPOINT["id"],
    "dedicated_resources": [
        {
            "machine_spec": [{"machine_type": "e2-standard-2"}],
            "min_replica_count": 2,
            "max_replica_count": 2,
        }
    ],
}
ELSEWHERE = DEPLOYED | {"index_endpoint": f"{PLACE}/indexEndpoints/3"}
SEARCH = ((INDEX_TYPE, INDEX), (ENDPOINT_TYPE, ENDPOINT))
RESOURCES = "dedicated_resources.0"
DATASET = {"dataset_id": "cost", "location": "US"}
TABLE = {"dataset_id": "cost", "table_id": "daily", "schema": '[{"name": "day", "type": "DATE"}]'}
VIEW = {
    "dataset_id": "cost",
    "table_id": "view",
    "view": [{"query": "SELECT 1 FROM `acme-test.cost.daily`", "use_legacy_sql": False}],
}
DATA = ((DATASET_TYPE, DATASET), (TABLE_TYPE, TABLE))
EMAIL = "cost-report@acme-test.iam.gserviceaccount.com"
TRANSFER = {
    "data_source_id": "scheduled_query",
    "service_account_name": EMAIL,
    "params": {"query": "MERGE a USING b ON FALSE WHEN NOT MATCHED THEN INSERT ROW"},
}
RUNNER = ((ACCOUNT_TYPE, {"account_id": "cost-report", "email": EMAIL}),)
CHANNEL = "projects/acme-test/notificationChannels/1"
BUDGET = {
    "billing_account": "012345-6789AB-CDEF01",
    "display_name": "monthly",
    "amount": [{"specified_amount": [{"units": "500"}]}],
    "budget_filter": [{"projects": ["projects/123"]}],
    "threshold_rules": [{"threshold_percent": 0.5}],
    "all_updates_rule": [{"monitoring_notification_channels": [CHANNEL]}],
}
TOLD = ((CHANNEL_TYPE, {"id": CHANNEL, "name": CHANNEL}),)


def index(change: dict[str, Any], message: str, rule: str = "index") -> RuleCase:
    return RuleCase(f"aiplatform.{rule}", INDEX_TYPE, INDEX, change, message)


def deployed(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    return RuleCase(
        f"aiplatform.{rule}", DEPLOYED_TYPE, DEPLOYED, change, message, **{"cloud": SEARCH} | more
    )


def budget(rule: str, change: dict[str, Any], message: str) -> RuleCase:
    return RuleCase(f"billingbudgets.{rule}", BUDGET_TYPE, BUDGET, change, message, cloud=TOLD)


CASES = [
    index({"metadata": []}, "metadata is required"),
    index({"metadata.0.config.0.dimensions": 0}, "dimensions is required"),
    index({"metadata.0.config.0.approximate_neighbors_count": None}, "required for tree-AH"),
    index({"metadata.0.config.0.shard_size": None}, "shardSize must be specified", "index_shards"),
    RuleCase(
        "aiplatform.endpoint_network",
        ENDPOINT_TYPE,
        ENDPOINT,
        {"network": "projects/1/global/networks/vpc"},
        "Only one of",
    ),
    RuleCase(
        "aiplatform.endpoint_network",
        ENDPOINT_TYPE,
        PEERED,
        {"network": "projects/acme-test/global/networks/vpc"},
        "{project_number}",
    ),
    deployed("deployed_id", {"deployed_index_id": "acme-test"}, "only letters"),
    deployed("deployed_id", {}, "already exists", bad_cloud=((DEPLOYED_TYPE, ELSEWHERE),)),
    deployed("parts_exist", {"index": f"{PLACE}/indexes/9"}, "indexes/9 is not found"),
    deployed("parts_exist", {"index_endpoint": f"{PLACE}/indexEndpoints/9"}, "is not found"),
    deployed("replicas", {f"{RESOURCES}.min_replica_count": 0}, "greater than 0"),
    deployed("replicas", {f"{RESOURCES}.max_replica_count": 1}, "from minReplicaCount"),
    deployed("replicas", {f"{RESOURCES}.max_replica_count": 1001}, "to 1000"),
    deployed(
        "replicas",
        {},
        "not supported for SHARD_SIZE_MEDIUM",
        instead=True,
        bad_cloud=((INDEX_TYPE, MEDIUM), (ENDPOINT_TYPE, ENDPOINT)),
    ),
    *(
        RuleCase(
            "aiplatform.undeployed",
            type_,
            good,
            {},
            "undeploy it first",
            bad_cloud=((DEPLOYED_TYPE, DEPLOYED),),
            delete=True,
        )
        for type_, good in SEARCH
    ),
    RuleCase(
        "bigquery.dataset_exists", TABLE_TYPE, TABLE, {"dataset_id": "x"}, "Dataset", cloud=DATA[:1]
    ),
    RuleCase(
        "bigquery.view_tables_exist",
        TABLE_TYPE,
        VIEW,
        {"view.0.query": "SELECT 1 FROM `acme-test.cost.gone`"},
        "acme-test:cost.gone was not found",
        cloud=DATA,
    ),
    RuleCase(
        "bigquery.dialect",
        TABLE_TYPE,
        VIEW,
        {"view.0.use_legacy_sql": True},
        "Try using standard SQL",
        cloud=DATA,
    ),
    RuleCase(
        "bigquery.partitioned",
        TABLE_TYPE,
        TABLE | {"time_partitioning": [{"type": "DAY", "field": "day"}]},
        {"time_partitioning.0.field": "month"},
        "cannot be found in the schema: month",
        cloud=DATA[:1],
    ),
    RuleCase(
        "bigquery.scheduled_query",
        TRANSFER_TYPE,
        TRANSFER,
        {"params": {}},
        "query is a required",
        cloud=RUNNER,
    ),
    RuleCase(
        "bigquery.scheduled_query",
        TRANSFER_TYPE,
        TRANSFER,
        {"destination_dataset_id": "cost"},
        "cannot be set",
        cloud=RUNNER,
    ),
    RuleCase(
        "bigquery.runs_as",
        TRANSFER_TYPE,
        TRANSFER,
        {"service_account_name": "who@acme-test.iam.gserviceaccount.com"},
        "does not exist",
        cloud=RUNNER,
    ),
    budget("account", {"billing_account": "acme"}, "Billing account acme"),
    budget("projects", {"budget_filter.0.projects": ["projects/acme-test"]}, "acme-test"),
    budget("amounts", {"display_name": "m" * 61}, "too long"),
    budget("amounts", {"amount.0.specified_amount.0.units": "-1"}, "not negative"),
    budget("amounts", {"threshold_rules.0.threshold_percent": -0.5}, "not negative"),
    budget(
        "channels_exist",
        {"all_updates_rule.0.monitoring_notification_channels": [f"{CHANNEL}9"]},
        "is not found",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


def test_view_of_foreign_table_is_not_checked() -> None:
    elsewhere = {"view.0.query": "SELECT 1 FROM `bigquery-public-data.samples.shakespeare`"}
    view = RuleCase("bigquery.view_tables_exist", TABLE_TYPE, VIEW, elsewhere, "", cloud=DATA)
    assert evaluate(view, bad=True) is None


@pytest.mark.parametrize(
    ("role", "warnings"),
    [
        ("roles/bigquery.dataEditor", 1),
        ("roles/bigquery.dataOwner", 0),
        ("projects/p/roles/own", 0),
    ],
)
def test_warnings_name_transfer_when_its_account_cannot_update_the_dataset(
    role: str, warnings: int
) -> None:
    query = "MERGE `acme-test.cost.daily` USING b ON FALSE WHEN NOT MATCHED THEN INSERT ROW"
    transfer = TRANSFER | {"display_name": "report", "params": {"query": query}}
    grant = {"dataset_id": "cost", "role": role, "member": f"serviceAccount:{EMAIL}"}
    cloud = cloud_of(
        ((TRANSFER_TYPE, transfer), ("google_bigquery_dataset_iam_member", grant), *DATA)
    )
    found = [warning for warning in find_warnings(cloud, Quotas()) if "datasets.update" in warning]
    assert len(found) == warnings
