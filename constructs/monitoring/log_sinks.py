"""Where log entries go besides Cloud Logging's own buckets."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.logging_project_sink import LoggingProjectSink
from cdktf_cdktf_provider_google.storage_bucket import StorageBucket
from constructs import Construct
from constructs.base import GridConstruct
from constructs.storage.ages import after_days, retention
from constructs.storage.encrypted import encrypted
from constructs.storage.grant import grant_bucket

from environments.schema import LogArchiveConfig, LogsConfig


class LogSinks(GridConstruct):
    """The archive of all log entries, and the sink to another project."""

    APIS = ("logging",)

    def __init__(self, scope: Construct, id_: str, config: LogsConfig) -> None:
        storage = ("storage",) if config.archive else ()
        super().__init__(scope, id_, apis=storage)
        if config.archive:
            self._archive(config.archive)
        if config.sink:
            self._sink("external", config.sink.destination, config.sink.filter)

    def _archive(self, config: LogArchiveConfig) -> None:
        """Create the bucket, in which nobody can change an object before its retention is over."""
        key = self.key("storage", self.primary_region)
        bucket = StorageBucket(
            self,
            "log_archive",
            name=self.names.bucket("log-archive"),
            location=self.primary_region.upper(),
            storage_class="NEARLINE",
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            retention_policy=retention(config.retention_days, is_locked=config.locked),
            lifecycle_rule=[after_days(config.retention_days, "Delete")],
            force_destroy=False,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=self.protect or None),
            encryption=encrypted(key),
            depends_on=[*self.apis("storage"), *key.ready],
        )
        sink = self._sink("archive", f"storage.googleapis.com/{bucket.name}")
        grant_bucket(
            bucket,
            "log_archive_sink",
            bucket=bucket,
            role="roles/storage.objectCreator",
            member=sink.writer_identity,
        )

    def _sink(self, purpose: str, destination: str, filter_: str = "") -> LoggingProjectSink:
        return LoggingProjectSink(
            self,
            purpose,
            name=self.names.log_sink(purpose),
            destination=destination,
            filter=filter_ or None,
            unique_writer_identity=True,
            depends_on=self.apis("logging"),
        )
