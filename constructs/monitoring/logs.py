"""Cloud Logging: retention, audit logs and log-based metrics."""

from collections.abc import Mapping

from cdktf_cdktf_provider_google.logging_metric import (
    LoggingMetric,
    LoggingMetricMetricDescriptor as MetricDescriptor,
    LoggingMetricMetricDescriptorLabels as Label,
)
from cdktf_cdktf_provider_google.logging_project_bucket_config import LoggingProjectBucketConfig
from cdktf_cdktf_provider_google.project_iam_audit_config import (
    ProjectIamAuditConfig,
    ProjectIamAuditConfigAuditLogConfig as AuditLogConfig,
)
from constructs import Construct
from constructs.base import GridConstruct

from environments.naming import identifier
from environments.schema import LogsConfig

AUDITED = ("secretmanager.googleapis.com", "cloudsql.googleapis.com")
"""Services whose data access is audited. Cloud SQL's name here is not its API's, and pgAudit writes
to these logs too. Source: Cloud SQL, "Audit logging", service name, and "Audit for PostgreSQL"."""
ALL_SERVICES = "allServices"
"""Source: IAM API, AuditConfig.service."""
_POSTGRES = "|".join(
    (
        "deadlock detected",
        "remaining connection slots",
        "too many (?:clients|connections)",
        "password authentication failed",
        "permission denied",
        "statement timeout",
        "out of memory",
        "could not serialize access",
        "No space left on device",
    )
)
"""Messages of PostgreSQL that ask for somebody. Source: PostgreSQL, its message texts."""


class Logs(GridConstruct):
    """Retention of `_Default`, audit logs of data access, and log-based metrics.

    The metrics are for what no metric of Google's says: the cause, the rule, the kind. Load
    balancer logs are sampled (`load_balancer.access_log_sample_rate`), and so are counts from them.
    """

    APIS = ("logging", "cloudresourcemanager")

    def __init__(self, scope: Construct, id_: str, config: LogsConfig) -> None:
        """Take over the bucket `_Default`, which every project has; a destroy leaves it alone."""
        super().__init__(scope, id_)
        LoggingProjectBucketConfig(
            self,
            "default",
            project=self.names.project_id,
            location="global",
            bucket_id="_Default",
            retention_days=config.retention_days,
            depends_on=self.apis("logging", "cloudresourcemanager"),
        )
        audited = {service.partition(".")[0]: service for service in AUDITED}
        for name, service in (
            *(audited.items() if config.data_access_audit else ()),
            *((("all_services", ALL_SERVICES),) if config.all_services_audit else ()),
        ):
            ProjectIamAuditConfig(
                self,
                name,
                project=self.names.project_id,
                service=service,
                audit_log_config=[
                    AuditLogConfig(log_type=type_)
                    for type_ in ("ADMIN_READ", "DATA_READ", "DATA_WRITE")
                ],
                depends_on=self.apis("logging", "cloudresourcemanager"),
            )
        self._server_errors = self._metric(
            "server-errors",
            "Answers of 5xx by the load balancer, and whose they are",
            'resource.type="http_load_balancer" AND httpRequest.status>=500',
            {"cause": "EXTRACT(jsonPayload.statusDetails)"},
        )
        self._denied_requests = self._metric(
            "denied-requests",
            "Requests that Cloud Armor denied, by the priority of the rule",
            'resource.type="http_load_balancer" AND '
            'jsonPayload.enforcedSecurityPolicy.outcome="DENY"',
            {"rule": "EXTRACT(jsonPayload.enforcedSecurityPolicy.priority)"},
        )
        self._database_errors = self._metric(
            "database-errors",
            "Errors of PostgreSQL by kind, empty for all others",
            'resource.type="cloudsql_database" AND log_id("cloudsql.googleapis.com/postgres.log") '
            "AND severity>=ERROR",
            {"kind": f'REGEXP_EXTRACT(textPayload, "({_POSTGRES})")'},
        )
        self._denied_secrets = None
        if config.data_access_audit:
            self._denied_secrets = self._metric(
                "denied-secrets",
                "Reads of a secret by an account that may not read it",
                'log_id("cloudaudit.googleapis.com/data_access") AND '
                'protoPayload.serviceName="secretmanager.googleapis.com" AND '
                'protoPayload.methodName:"AccessSecretVersion" AND protoPayload.status.code=7',
                {"account": "EXTRACT(protoPayload.authenticationInfo.principalEmail)"},
            )

    @property
    def server_errors(self) -> str:
        """Metric type of 5xx by `cause`, as `failed_to_pick_backend`."""
        return self._server_errors

    @property
    def denied_requests(self) -> str:
        """Metric type of what Cloud Armor denied, by `rule`, its priority."""
        return self._denied_requests

    @property
    def database_errors(self) -> str:
        """Metric type of PostgreSQL's errors by `kind`."""
        return self._database_errors

    @property
    def denied_secrets(self) -> str | None:
        """Metric type of refused reads of secrets by `account`; only where they are audited."""
        return self._denied_secrets

    def _metric(
        self, purpose: str, description: str, filter_: str, extractors: Mapping[str, str]
    ) -> str:
        metric = LoggingMetric(
            self,
            identifier(purpose),
            name=self.names.log_metric(purpose),
            description=description,
            filter=filter_,
            metric_descriptor=MetricDescriptor(
                metric_kind="DELTA",
                value_type="INT64",
                unit="1",
                labels=[Label(key=key, value_type="STRING") for key in extractors],
            ),
            label_extractors=dict(extractors),
            depends_on=self.apis("logging", "cloudresourcemanager"),
        )
        return f"logging.googleapis.com/user/{metric.name}"
