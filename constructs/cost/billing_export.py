"""BigQuery: the datasets of the billing export and of the cost reports."""

import json

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.bigquery_data_transfer_config import BigqueryDataTransferConfig
from cdktf_cdktf_provider_google.bigquery_dataset import BigqueryDataset
from cdktf_cdktf_provider_google.bigquery_dataset_iam_member import BigqueryDatasetIamMember
from cdktf_cdktf_provider_google.bigquery_table import (
    BigqueryTable,
    BigqueryTableTimePartitioning as TimePartitioning,
    BigqueryTableView as View,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.cost import queries
from constructs.lifecycle import replaced_with
from constructs.security import ACCOUNT_APIS, Grant, create_platform_account

from environments.naming import COST_REPORT
from environments.schema import BillingExportConfig, DailyReportConfig

EXPORT, REPORTS = "billing_export", "cost"
VIEW, REPORT = "daily_cost", "daily_cost_report"
TARGET_ROLE = "roles/bigquery.dataOwner"
"""Of the account of a transfer on its target dataset: the predefined role with the fewest
permissions that has bigquery.datasets.update. Source: BigQuery, "Use service accounts with BigQuery
Data Transfer Service", required permissions,
https://cloud.google.com/bigquery/docs/use-service-accounts."""


class BillingExport(GridConstruct):
    """Two datasets: Cloud Billing writes one, the view and the report are in the other, so that
    who may write the report may not write what was billed.
    """

    APIS = ("bigquery", "bigquerydatatransfer", *ACCOUNT_APIS)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: BillingExportConfig,
    ) -> None:
        super().__init__(scope, id_)
        self._config = config
        self._export = self._dataset(EXPORT, "What Cloud Billing exports")
        self._reports = self._dataset(REPORTS, "Costs by day")
        view = self._view(config.table) if config.table else None
        if config.daily_report:
            self._report(config.daily_report, view)

    @property
    def dataset(self) -> str:
        """Id of the dataset to choose where the export is switched on."""
        return self._export.dataset_id

    @property
    def reports(self) -> str:
        """Id of the dataset with the view and the report."""
        return self._reports.dataset_id

    def _dataset(self, name: str, description: str) -> BigqueryDataset:
        return BigqueryDataset(
            self,
            name,
            dataset_id=self.names.dataset(name),
            description=description,
            location=self._config.location,
            delete_contents_on_destroy=not self.protect,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=self.protect or None),
            depends_on=self.apis("bigquery"),
        )

    def _view(self, table: str) -> BigqueryTable:
        """Create the view of the days that can still change; it holds no data."""
        project = self.names.project_id
        source = f"{project}.{self._export.dataset_id}.{table}"
        return BigqueryTable(
            self._reports,
            VIEW,
            dataset_id=self._reports.dataset_id,
            table_id=VIEW,
            description=f"Costs of {project} by day, service and SKU",
            view=View(
                query=queries.daily_cost(source, project, self._config.days), use_legacy_sql=False
            ),
            deletion_protection=False,
            lifecycle=replaced_with(self._reports),
        )

    def _report(self, config: DailyReportConfig, view: BigqueryTable | None) -> None:
        """Create a table that keeps the days of the view and, if there is a view, the query that
        fills it. The query runs as an account that reads the export and writes reports.
        """
        project = self.names.project_id
        table = BigqueryTable(
            self._reports,
            REPORT,
            dataset_id=self._reports.dataset_id,
            table_id=REPORT,
            description=f"Costs of {project} by day, kept",
            schema=json.dumps([{"name": name, "type": kind} for name, kind in queries.COLUMNS]),
            time_partitioning=TimePartitioning(type="DAY", field="usage_date"),
            deletion_protection=self.protect,
            lifecycle=replaced_with(self._reports),
        )
        account = create_platform_account(self, COST_REPORT)
        grants = [
            *account.grant([Grant(role="roles/bigquery.jobUser")]),
            *(
                BigqueryDatasetIamMember(
                    account.resource,
                    f"{account.name}_{name}",
                    dataset_id=dataset.dataset_id,
                    role=role,
                    member=account.member,
                    lifecycle=replaced_with(dataset),
                )
                for name, dataset, role in (
                    (EXPORT, self._export, "roles/bigquery.dataViewer"),
                    (REPORTS, self._reports, TARGET_ROLE),
                )
            ),
        ]
        if view is None:
            return
        dataset = f"{project}.{self._reports.dataset_id}"
        BigqueryDataTransferConfig(
            self,
            REPORT,
            display_name=self.names.transfer(COST_REPORT),
            data_source_id="scheduled_query",
            location=self._config.location,
            schedule=f"every day {config.hour:02}:00",
            service_account_name=account.email,
            params={
                "query": queries.keep(
                    f"{dataset}.{view.table_id}", f"{dataset}.{table.table_id}", self._config.days
                )
            },
            depends_on=[*self.apis("bigquerydatatransfer"), *grants],
        )
