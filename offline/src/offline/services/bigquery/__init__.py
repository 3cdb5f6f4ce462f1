"""BigQuery: datasets, tables, and scheduled queries."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_bigquery_": "bigquery", "google_bigquery_data_transfer_": "bigquerydatatransfer"},
    modules=("rules", "behavior"),
    not_modelled={
        "google_bigquery_": (
            "SQL of views and scheduled queries beyond the tables that a view names",
            "tables of datasets that are not in this world",
            "schema changes that replace a table",
            "scheduled queries do not run",
        )
    },
    children={
        "google_bigquery_dataset": (
            ("google_bigquery_table", "dataset_id"),
            ("google_bigquery_dataset_iam_member", "dataset_id"),
        ),
    },
)
