"""BigQuery: where a table is, and what is read of one without a schema."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_create, on_read


@on_create("google_bigquery_table")
def table(value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Put a table where its dataset is. Source: BigQuery v2, Table.location."""
    wanted = (value.get("project"), value.get("dataset_id"))
    datasets = cloud.of("google_bigquery_dataset")
    place = next(
        (one["location"] for one in datasets if (one["project"], one["dataset_id"]) == wanted), "US"
    )
    return {"location": place}


@on_read("google_bigquery_table")
def read_table(value: Value) -> dict[str, Any]:
    """Read only the columns that the API returns. Source:
    google/services/bigquery/resource_bigquery_table.go, resourceBigQueryTableRead.
    """
    return {} if value["schema"] else {"schema": None, "generated_schema_columns": None}
