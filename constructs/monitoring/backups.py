"""Alerts on missing backups: the absence of success."""

from collections.abc import Iterator

from cdktf_cdktf_provider_google.logging_metric import (
    LoggingMetric,
    LoggingMetricMetricDescriptor as MetricDescriptor,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.monitoring.alert import Aggregation, Alert, Query, Threshold

SUCCESS = (
    'resource.type="cloudsql_database" AND '
    'log_id("cloudaudit.googleapis.com/system_event") AND '
    'protoPayload.methodName="cloudsql.instances.automatedBackup" AND '
    'protoPayload.metadata.windowStatus="STATUS_SUCCEEDED"'
)
"""Cloud SQL's audit log has one entry for each window of an automated backup.
Source: Cloud SQL for PostgreSQL, "View audit logs for automated backups"."""
PATIENCE_SECONDS = 22 * 3600
"""How long the query below must return something: a new environment has this long for its first
backup. The API's most for other kinds of conditions is 23.5 hours."""


class BackupAlerts(GridConstruct):
    """A metric of the automated backups of the primary that succeeded, and alerts on its absence.
    Backups of other instances do not count: an instance that a drill restored has backups too.

    A backup that fails writes a line, but one that is never begun writes none: nobody switched the
    schedule on, or somebody switched it off. So success is counted, and its absence is the alert.
    """

    APIS = ("logging",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        instance: str,
        export_workflow: str | None,
    ) -> None:
        """Count the backups of `instance`, named as `<project>:<instance>`; `export_workflow` names
        the workflow that exports the database, if there is.
        """
        super().__init__(scope, id_)
        self._workflow, self._name = export_workflow, self.names.log_metric("backups")
        self._metric = LoggingMetric(
            self,
            "backups",
            name=self._name,
            description="Automated backups of Cloud SQL that succeeded",
            filter=f'{SUCCESS} AND resource.labels.database_id="{instance}"',
            metric_descriptor=MetricDescriptor(metric_kind="DELTA", value_type="INT64", unit="1"),
            depends_on=self.apis("logging"),
        )

    @property
    def alerts(self) -> Iterator[Alert]:
        """The windows of two days are four hours long, so 28 hours may pass between backups. An
        export has its own time of day, and 26 hours.
        """
        yield Alert(
            id="backup_missing",
            title="database is not backed up",
            meaning="No automated backup of Cloud SQL succeeded for 30 hours.",
            runbook="backup-missing",
            severity="ERROR",
            conditions=[_no_success(f"logging_googleapis_com:user_{self._name}", hours=30)],
            depends_on=[self._metric],
        )
        if self._workflow:
            execution = "workflows_googleapis_com:finished_execution_count"
            succeeded = f'workflow_id="{self._workflow}", status="SUCCEEDED"'
            yield Alert(
                id="export_missing",
                title="database is not exported",
                meaning=f"The workflow `{self._workflow}` failed, or did not succeed for 26 hours.",
                runbook="export-missing",
                severity="ERROR",
                conditions=[
                    _failed(self._workflow),
                    _no_success(f"{execution}{{{succeeded}}}", hours=26),
                ],
            )


def _no_success(series: str, *, hours: int) -> Query:
    """No point in some hours, for the rest of the hours: a window alone would hold at once where
    nothing was ever counted. An absence condition ends at 23.5 hours, and begins only after a
    first point. Source: Cloud Monitoring, "Create metric-absence alerting policies".
    """
    window = hours - PATIENCE_SECONDS // 3600
    return Query(
        title=f"No success for {hours} hours",
        query=f"absent_over_time({series}[{window}h])",
        seconds=PATIENCE_SECONDS,
        every=300,
    )


def _failed(workflow: str) -> Threshold:
    return Threshold(
        title="Execution failed",
        filter='resource.type = "workflows.googleapis.com/Workflow" AND '
        'metric.type = "workflows.googleapis.com/finished_execution_count" AND '
        f'resource.label.workflow_id = "{workflow}" AND metric.label.status != "SUCCEEDED"',
        value=0,
        aggregation=Aggregation(
            aligner="ALIGN_DELTA", reducer="REDUCE_SUM", by=("resource.label.workflow_id",)
        ),
    )
