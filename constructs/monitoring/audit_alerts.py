"""Alerts on changes that audit logs record."""

from collections.abc import Iterator

from cdktf_cdktf_provider_google.logging_metric import (
    LoggingMetric,
    LoggingMetricMetricDescriptor as MetricDescriptor,
    LoggingMetricMetricDescriptorLabels as Label,
)
from cdktf_cdktf_provider_google.logging_project_sink import LoggingProjectSink
from constructs import Construct
from constructs.base import GridConstruct
from constructs.monitoring.alert import Aggregation, Alert, Threshold
from constructs.monitoring.audit_changes import CHANGES, Change

from environments.naming import APPLY, identifier
from environments.schema import CiConfig

ACTIVITY = 'log_id("cloudaudit.googleapis.com/activity")'
PRINCIPAL = "principal"


class AuditAlerts(GridConstruct):
    """A log-based metric of each kind of change, and an alert on it.

    The metrics count the entries of the log bucket `_Default`, which a sink copies the audit logs
    to: metrics of a log bucket are written for the monitored resource `logging_bucket`. Those of a
    project are written for the resources of the entries, of which Cloud Monitoring does not know
    `iam_role` or `gce_firewall_rule`. Sources:
    fast/stages/0-org-setup/datasets/hardened/observability of
    https://github.com/GoogleCloudPlatform/cloud-foundation-fabric, and
    https://github.com/GoogleCloudPlatform/inspec-gcp-cis-benchmark/issues/70.
    """

    APIS = ("logging",)

    def __init__(self, scope: Construct, id_: str, config: CiConfig | None) -> None:
        """Create the metrics; the changes of the pipeline of `config` are left out of alerts that
        its every run would send.
        """
        super().__init__(scope, id_)
        self._pipeline = None
        if config:
            account = self.names.service_account(APPLY)
            self._pipeline = f"{account}@{self.names.project_id}.iam.gserviceaccount.com"
        self._bucket = f"projects/{self.names.project_id}/locations/global/buckets/_Default"
        sink = LoggingProjectSink(
            self,
            "audit",
            name=self.names.log_sink("audit"),
            description="Audit logs, for the metrics of changes",
            destination=f"logging.googleapis.com/{self._bucket}",
            filter=ACTIVITY,
            unique_writer_identity=True,
            depends_on=self.apis("logging"),
        )
        self._metrics = {change: self._metric(change, sink) for change in CHANGES}

    @property
    def alerts(self) -> Iterator[Alert]:
        """An alert for each kind of change."""
        for change, metric in self._metrics.items():
            others = change.of_pipeline and self._pipeline
            yield Alert(
                id=identifier(change.id),
                title=change.title,
                meaning=f"The audit logs have a change; the label `{PRINCIPAL}` names who made it"
                + (", which was not the pipeline." if others else "."),
                runbook="audit-logs",
                severity=change.severity,
                conditions=[
                    Threshold(
                        title=f"{change.title[0].upper()}{change.title[1:]}",
                        filter='resource.type = "logging_bucket" AND '
                        f'metric.type = "logging.googleapis.com/user/{metric.name}"'
                        + (f' AND metric.label.{PRINCIPAL} != "{others}"' if others else ""),
                        value=0,
                        aggregation=Aggregation(
                            aligner="ALIGN_DELTA",
                            reducer="REDUCE_SUM",
                            by=(f"metric.label.{PRINCIPAL}",),
                        ),
                        missing_data="INACTIVE",
                    )
                ],
                depends_on=[metric],
            )

    def _metric(self, change: Change, sink: LoggingProjectSink) -> LoggingMetric:
        return LoggingMetric(
            self,
            identifier(change.id),
            name=self.names.log_metric(change.id),
            description=f"{change.title[0].upper()}{change.title[1:]} (CIS {change.control})",
            filter=change.filter,
            bucket_name=self._bucket,
            metric_descriptor=MetricDescriptor(
                metric_kind="DELTA",
                value_type="INT64",
                unit="1",
                labels=[Label(key=PRINCIPAL, value_type="STRING")],
            ),
            label_extractors={PRINCIPAL: "EXTRACT(protoPayload.authenticationInfo.principalEmail)"},
            depends_on=[*self.apis("logging"), sink],
        )
