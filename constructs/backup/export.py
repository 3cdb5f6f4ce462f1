"""The scheduled export of the database."""

import base64
from pathlib import Path

from cdktf_cdktf_provider_google.cloud_scheduler_job import (
    CloudSchedulerJob,
    CloudSchedulerJobHttpTarget as HttpTarget,
    CloudSchedulerJobHttpTargetOauthToken as OauthToken,
    CloudSchedulerJobRetryConfig as RetryConfig,
)
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from cdktf_cdktf_provider_google.storage_bucket_iam_member import StorageBucketIamMember
from cdktf_cdktf_provider_google.workflows_workflow import WorkflowsWorkflow
from constructs import Construct
from constructs.database import Database
from constructs.dependencies import Dependencies
from constructs.storage import Storage

from environments.naming import EXPORT, Names
from environments.schema import ScheduledBackupsConfig

_SOURCE = Path(__file__).parent / "workflows" / "database-export.yaml"


class DatabaseExport(Construct):
    """A job of Cloud Scheduler starts a workflow, which exports the database and waits for the end:
    the scheduler alone could neither give the file a name of its own nor see whether it failed.

    Both run as one account. It may export, start workflows, and add objects to the backups; it can
    neither change nor delete one.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: ScheduledBackupsConfig,
        *,
        region: str,
        database_name: str,
        database: Database,
        storage: Storage,
        names: Names,
        protect: bool,
        account_after: Dependencies,
        after: Dependencies,
    ) -> None:
        """Export `database_name` of `database` from `region` to the bucket for backups."""
        super().__init__(scope, id_)
        self._names, self._bucket = names, storage.backups
        account = ServiceAccount(
            self,
            EXPORT,
            account_id=names.service_account(EXPORT),
            display_name="Database export",
            depends_on=account_after,
        )
        grants = self._grants(account)
        workflow = WorkflowsWorkflow(
            self,
            "database_export",
            name=names.export(),
            region=region,
            description="Exports the database to the backups bucket",
            service_account=account.id,
            # Its own expressions have Terraform's sign.
            source_contents=_SOURCE.read_text(encoding="utf-8").replace("${", "$${"),
            user_env_vars={
                "INSTANCE": database.instance_name,
                "DATABASE": database_name,
                "BUCKET": self._bucket,
                "TIMEOUT_SECONDS": str(config.timeout_minutes * 60),
            },
            call_log_level="LOG_ERRORS_ONLY",
            deletion_protection=protect,
            depends_on=[*after, *grants],
        )
        scheduler = CloudSchedulerJob(
            workflow,
            "database_export",
            name=names.export(),
            region=region,
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
            depends_on=after,
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

    def _grants(self, account: ServiceAccount) -> Dependencies:
        """What the account may do. The bootstrap makes the custom role: the predefined one that may
        export may also change the instance, and read data into it.
        """
        project = {
            "export_sql_export": self._names.custom_role_path("sql-export"),
            "export_workflows_invoker": "roles/workflows.invoker",
            "export_logging_log_writer": "roles/logging.logWriter",
        }
        bucket = {
            "export_object_creator": "roles/storage.objectCreator",
            "export_object_viewer": "roles/storage.objectViewer",
        }
        return [
            *(
                ProjectIamMember(
                    account, id_, project=self._names.project_id, role=one, member=account.member
                )
                for id_, one in project.items()
            ),
            *(
                StorageBucketIamMember(
                    account, id_, bucket=self._bucket, role=one, member=account.member
                )
                for id_, one in bucket.items()
            ),
        ]
