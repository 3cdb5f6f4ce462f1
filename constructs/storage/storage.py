"""Cloud Storage buckets: backups, app data and static files."""

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_google.storage_bucket import (
    StorageBucket,
    StorageBucketCors as Cors,
    StorageBucketLifecycleRule as LifecycleRule,
    StorageBucketLifecycleRuleAction as Action,
    StorageBucketLifecycleRuleCondition as Condition,
    StorageBucketVersioning as Versioning,
    StorageBucketWebsite as Website,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.database import Database
from constructs.security import ServiceIdentity
from constructs.storage.ages import after_days, retention
from constructs.storage.encrypted import encrypted
from constructs.storage.grant import grant_bucket

from environments.naming import identifier
from environments.schema import StorageConfig

_COLDLINE_DAYS = 90


class Storage(GridConstruct):
    """Three buckets. All have uniform access; only the static files are public."""

    APIS = ("storage",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: StorageConfig,
        *,
        database: Database,
    ) -> None:
        """Create the buckets in the primary region, and the backups in their own location, where
        `database` writes its exports.
        """
        super().__init__(scope, id_)
        self._backups = self._backup_bucket(config, database)
        self._app_data = self._app_data_bucket(config)
        self._static = self._static_bucket()

    @property
    def backups(self) -> StorageBucket:
        """The bucket with database exports and copies of the app data."""
        return self._backups

    @property
    def app_data(self) -> StorageBucket:
        """The bucket with the app data."""
        return self._app_data

    @property
    def static_assets(self) -> StorageBucket:
        """The public bucket with static files."""
        return self._static

    def grant_app_data(self, service: str, identity: ServiceIdentity) -> ITerraformDependable:
        """Let a service read and write app data; returns the grant to wait for."""
        return grant_bucket(
            self,
            f"{identifier(service)}_app_data",
            bucket=self._app_data,
            role="roles/storage.objectUser",
            member=identity.member,
        )

    def _backup_bucket(self, config: StorageConfig, database: Database) -> StorageBucket:
        """Retention and no versioning: for long, Google had one or the other. Only a locked
        retention holds against an account that can change the bucket, such as `ci-apply`.
        """
        backups = config.backups
        rules = [after_days(backups.expire_days, "Delete")]
        if backups.expire_days > _COLDLINE_DAYS:
            rules.insert(0, after_days(_COLDLINE_DAYS, "SetStorageClass", "COLDLINE"))
        key = self.key("storage", backups.location)
        bucket = StorageBucket(
            self,
            "backups",
            name=self.names.bucket("backups"),
            location=backups.location.upper(),
            storage_class="NEARLINE",
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            retention_policy=retention(
                backups.retention_days, is_locked=backups.lock_retention or None
            ),
            lifecycle_rule=rules,
            force_destroy=False,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=self.protect or None),
            encryption=encrypted(key),
            depends_on=[*self.apis("storage"), *key.ready],
        )
        grant_bucket(
            bucket,
            "backups_database",
            bucket=bucket,
            role="roles/storage.objectAdmin",
            member=f"serviceAccount:{database.service_account_email}",
        )
        return bucket

    def _app_data_bucket(self, config: StorageConfig) -> StorageBucket:
        key = self.key("storage", self.primary_region)
        return StorageBucket(
            self,
            "app_data",
            name=self.names.bucket("app-data"),
            location=self.primary_region.upper(),
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning=Versioning(enabled=True),
            lifecycle_rule=[
                LifecycleRule(
                    action=Action(type="Delete"),
                    condition=Condition(days_since_noncurrent_time=config.noncurrent_days),
                )
            ],
            cors=[
                Cors(
                    origin=list(config.upload_origins),
                    method=["GET", "HEAD", "PUT", "POST"],
                    response_header=["Content-Type", "ETag"],
                    max_age_seconds=3600,
                )
            ]
            if config.upload_origins
            else None,
            force_destroy=not self.protect,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=self.protect or None),
            encryption=encrypted(key),
            depends_on=[*self.apis("storage"), *key.ready],
        )

    def _static_bucket(self) -> StorageBucket:
        """Public: the load balancer's backend bucket reads as anyone. Files come from releases, so
        nothing is lost with it. Without grants to `allUsers` the load balancer answers 403.

        Anyone may list it too. The role that only reads, legacyObjectReader, would hide the names,
        but then a file that is not there is answered with 403 and not with `404.html`: see
        docs/traps.md, "Storage and state".
        """
        bucket = StorageBucket(
            self,
            "static_assets",
            name=self.names.bucket("static-assets"),
            location=self.primary_region.upper(),
            uniform_bucket_level_access=True,
            public_access_prevention="inherited",
            versioning=Versioning(enabled=True),
            website=Website(main_page_suffix="index.html", not_found_page="404.html"),
            lifecycle_rule=[
                LifecycleRule(
                    action=Action(type="Delete"),
                    condition=Condition(num_newer_versions=5, days_since_noncurrent_time=30),
                )
            ],
            force_destroy=not self.protect,
            depends_on=self.apis("storage"),
        )
        if self.environment.load_balancer.grant_all_users:
            grant_bucket(
                bucket,
                "static_public",
                bucket=bucket,
                role="roles/storage.objectViewer",
                member="allUsers",
            )
        return bucket
