"""The daily copy of the app data to another location."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.data_google_storage_transfer_project_service_account import (
    DataGoogleStorageTransferProjectServiceAccount as TransferAgent,
)
from cdktf_cdktf_provider_google.storage_bucket import (
    StorageBucket,
    StorageBucketLifecycleRule as LifecycleRule,
    StorageBucketLifecycleRuleAction as Action,
    StorageBucketLifecycleRuleCondition as Condition,
    StorageBucketVersioning as Versioning,
)
from cdktf_cdktf_provider_google.storage_transfer_job import (
    StorageTransferJob,
    StorageTransferJobSchedule as Schedule,
    StorageTransferJobScheduleScheduleStartDate as StartDate,
    StorageTransferJobScheduleStartTimeOfDay as StartTime,
    StorageTransferJobTransferSpec as TransferSpec,
    StorageTransferJobTransferSpecGcsDataSink as Sink,
    StorageTransferJobTransferSpecGcsDataSource as Source,
    StorageTransferJobTransferSpecTransferOptions as Options,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.storage import Storage, grant_bucket
from constructs.storage.encrypted import encrypted

from environments.schema import ScheduledBackupsConfig

_SOURCE_ROLES = ("objectViewer", "legacyBucketReader")
_COPY_ROLES = ("objectUser", "legacyBucketReader")


class AppDataCopy(GridConstruct):
    """A versioned bucket that a transfer job brings up to date once a day.

    It is not the bucket of the exports: whose retention forbids to overwrite an object, and app
    data change. Here an overwritten object stays as a version for as long as an export stays
    protected; nothing is deleted because the source lost it.
    """

    APIS = ("storage", "storagetransfer")

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: ScheduledBackupsConfig,
        *,
        storage: Storage,
    ) -> None:
        """Copy the app data of `storage` to the location of the backups."""
        super().__init__(scope, id_)
        copy = self._bucket()
        agent = TransferAgent(self, "transfer_agent", depends_on=self.apis(*self.APIS))
        grants = [
            grant_bucket(
                self,
                f"transfer_{name}_{'reader' if 'Bucket' in role else 'objects'}",
                bucket=bucket,
                role=f"roles/storage.{role}",
                member=agent.member,
            )
            for name, bucket, roles in (
                ("app_data", storage.app_data, _SOURCE_ROLES),
                ("app_data_copy", copy, _COPY_ROLES),
            )
            for role in roles
        ]
        job = StorageTransferJob(
            copy,
            "app_data_copy",
            description=f"Daily copy of {self.names.bucket('app-data')}",
            transfer_spec=TransferSpec(
                gcs_data_source=Source(bucket_name=storage.app_data.name),
                gcs_data_sink=Sink(bucket_name=copy.name),
                transfer_options=Options(
                    overwrite_when="DIFFERENT", delete_objects_unique_in_sink=False
                ),
            ),
            schedule=Schedule(
                # A day that is past: the first copy is made at the next start time.
                schedule_start_date=StartDate(year=2026, month=1, day=1),
                start_time_of_day=StartTime(
                    hours=config.app_data_hour, minutes=0, seconds=0, nanos=0
                ),
            ),
            depends_on=[*self.apis(*self.APIS), *grants],
        )
        self._copy, self._job = copy.name, job.name

    @property
    def bucket(self) -> str:
        """Name of the bucket with the copy."""
        return self._copy

    @property
    def transfer_job(self) -> str:
        """Name of the transfer job, `transferJobs/<number>`."""
        return self._job

    def _bucket(self) -> StorageBucket:
        config = self.environment.storage.backups
        key = self.key("storage", config.location)
        return StorageBucket(
            self,
            "app_data_copy",
            name=self.names.bucket("app-data-copy"),
            location=config.location.upper(),
            storage_class="NEARLINE",
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning=Versioning(enabled=True),
            lifecycle_rule=[
                LifecycleRule(
                    action=Action(type="Delete"),
                    condition=Condition(days_since_noncurrent_time=config.retention_days),
                )
            ],
            force_destroy=False,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=self.protect or None),
            encryption=encrypted(key),
            depends_on=[*self.apis(*self.APIS), *key.ready],
        )
