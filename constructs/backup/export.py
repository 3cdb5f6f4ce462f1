"""The scheduled export of the database."""

import base64
from pathlib import Path

from cdktf_cdktf_provider_google.cloud_scheduler_job import (
    CloudSchedulerJob,
    CloudSchedulerJobHttpTarget as HttpTarget,
    CloudSchedulerJobHttpTargetOauthToken as OauthToken,
    CloudSchedulerJobRetryConfig as RetryConfig,
)
from cdktf_cdktf_provider_google.workflows_workflow import WorkflowsWorkflow
from constructs import Construct
from constructs.base import GridConstruct
from constructs.database import Database
from constructs.dependencies import Dependencies
from constructs.security import ACCOUNT_APIS, Account, Grant, create_platform_account
from constructs.storage import Storage, grant_bucket

from environments.naming import EXPORT
from environments.schema import ScheduledBackupsConfig

_EXPORT_APIS = ("cloudscheduler", "workflowexecutions", "workflows")
_SOURCE = Path(__file__).parent / "workflows" / "database-export.yaml"


class DatabaseExport(GridConstruct):
    """A Cloud Scheduler job that starts a workflow, which exports the database and waits for the
    result: the scheduler alone could neither name the file uniquely nor detect a failure.

    Both run as one account. It may export, start workflows, and add objects to the backups; it can
    neither change nor delete one.
    """

    APIS = (*_EXPORT_APIS, *ACCOUNT_APIS)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: ScheduledBackupsConfig,
        *,
        database: Database,
        storage: Storage,
    ) -> None:
        """Export the database from the primary region to the bucket for backups."""
        super().__init__(scope, id_)
        self._bucket = storage.backups
        account = create_platform_account(self, EXPORT)
        grants = self._grants(account)
        workflow = WorkflowsWorkflow(
            self,
            "database_export",
            name=self.names.export(),
            region=self.primary_region,
            description="Exports the database to the backups bucket",
            service_account=account.resource.id,
            # Its own expressions have Terraform's sign.
            source_contents=_SOURCE.read_text(encoding="utf-8").replace("${", "$${"),
            user_env_vars={
                "INSTANCE": database.instance_name,
                "DATABASE": self.environment.database.name,
                "BUCKET": self._bucket.name,
                "TIMEOUT_SECONDS": str(config.timeout_minutes * 60),
            },
            call_log_level="LOG_ERRORS_ONLY",
            deletion_protection=self.protect,
            depends_on=[*self.apis(*_EXPORT_APIS), *grants],
        )
        scheduler = CloudSchedulerJob(
            workflow,
            "database_export",
            name=self.names.export(),
            region=self.primary_region,
            description="Starts the export of the database",
            schedule=config.schedule,
            time_zone=config.time_zone,
            retry_config=RetryConfig(retry_count=3),
            http_target=HttpTarget(
                uri=f"https://workflowexecutions.googleapis.com/v1/{workflow.id}/executions",
                http_method="POST",
                headers={"Content-Type": "application/json"},
                body=base64.b64encode(b"{}").decode(),
                oauth_token=OauthToken(service_account_email=account.email),
            ),
            depends_on=self.apis(*_EXPORT_APIS),
        )
        self._workflow, self._scheduler = workflow.name, scheduler.name

    @property
    def export_workflow(self) -> str:
        """Name of the workflow; a failed execution of it is a failed backup."""
        return self._workflow

    @property
    def scheduler_job(self) -> str:
        """Name of the job that starts the workflow."""
        return self._scheduler

    @property
    def prefix(self) -> str:
        """Where the exports are in the bucket: `db/<year>/<month>/<day>/`."""
        return "db/"

    def _grants(self, account: Account) -> Dependencies:
        """Grant what an export needs. The bootstrap creates the custom role: the predefined role
        that allows an export also allows to change the instance and to read data into it.
        """
        return [
            *account.grant(
                (
                    Grant(role=self.names.custom_role_path("sql-export"), name="sql_export"),
                    Grant(role="roles/workflows.invoker"),
                    Grant(role="roles/logging.logWriter"),
                )
            ),
            *(
                grant_bucket(
                    account.resource,
                    f"{account.name}_{name}",
                    bucket=self._bucket,
                    role=role,
                    member=account.member,
                )
                for name, role in (
                    ("object_creator", "roles/storage.objectCreator"),
                    ("object_viewer", "roles/storage.objectViewer"),
                )
            ),
        ]
