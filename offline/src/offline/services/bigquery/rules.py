"""BigQuery: tables, views and scheduled queries."""

import re

from offline.services.context import Block, RuleContext, text
from offline.services.registry import rule

DATASET, TABLE = "google_bigquery_dataset", "google_bigquery_table"
TRANSFER = "google_bigquery_data_transfer_config"
_WRITES = re.compile(r"\s*(MERGE|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_NAMED = re.compile(r"`([^`.]+)\.([^`.]+)\.([^`.]+)`")


@rule(TABLE, "google_bigquery_dataset_iam_member", code=404)
def dataset_exists(context: RuleContext) -> str | None:
    """Reject a table in a dataset, or a grant on one, that does not exist."""
    name = context.text("dataset_id")
    if not name or not context.project:
        return None
    if any(text(resource, "dataset_id") == name for resource in context.all(DATASET)):
        return None
    return f"Not found: Dataset {context.project}:{name}, notFound"


@rule(TABLE, code=404)
def view_tables_exist(context: RuleContext) -> str | None:
    """Reject a view of a table that is not in its dataset; other people's datasets are not known
    here.
    """
    for project, dataset, table in _NAMED.findall(context.text("view.query")):
        if not any(
            (text(resource, "project"), text(resource, "dataset_id")) == (project, dataset)
            for resource in context.all(DATASET, everywhere=True)
        ):
            continue
        if not any(
            (text(item, "project"), text(item, "dataset_id"), text(item, "table_id"))
            == (project, dataset, table)
            for item in context.all(TABLE, everywhere=True)
        ):
            return f"Not found: Table {project}:{dataset}.{table} was not found, notFound"
    return None


@rule(TABLE)
def dialect(context: RuleContext) -> str | None:
    """Reject a view in GoogleSQL that says it is legacy SQL, which is the provider's default."""
    query = context.text("view.query")
    if "`" not in query or context.get("view.use_legacy_sql") is False:
        return None
    named = query.split("`")[1]
    return f"Invalid table name: `{named}` [Try using standard SQL], invalid"


@rule(TABLE)
def partitioned(context: RuleContext) -> str | None:
    """Reject a table partitioned by a column that its schema does not have."""
    field, schema = context.text("time_partitioning.field"), context.text("schema")
    if not field or not schema or f'"{field}"' in schema:
        return None
    return f"The field specified for partitioning cannot be found in the schema: {field}, invalid"


@rule(TRANSFER)
def scheduled_query(context: RuleContext) -> str | None:
    """Reject a scheduled query without a query, or with a destination although it writes by
    itself.
    """
    params = context.planned.get("params")
    if context.text("data_source_id") != "scheduled_query" or not isinstance(params, dict):
        return None
    query = params.get("query")
    if query in (None, ""):
        return "Missing argument: query is a required parameter of scheduled_query."
    if isinstance(query, str) and _WRITES.match(query) and context.text("destination_dataset_id"):
        return "A destination dataset cannot be set for a query with DML or DDL statements."
    return None


@rule(TRANSFER)
def runs_as(context: RuleContext) -> str | None:
    """Reject a transfer that runs as a service account that does not exist."""
    email = context.text("service_account_name")
    ours = email.endswith(f"@{context.project}.iam.gserviceaccount.com")
    if not ours or context.find("google_service_account", email) is not None:
        return None
    return f"Failed to find a valid credential: service account {email} does not exist."


def written_dataset(transfer: Block) -> str:
    """Return the dataset that a scheduled query writes: its destination, or the one that its first
    statement changes.
    """
    params = transfer.get("params")
    query = params.get("query") if isinstance(params, dict) else None
    named = _NAMED.search(query) if isinstance(query, str) and _WRITES.match(query) else None
    return text(transfer, "destination_dataset_id") or (named[2] if named else "")
