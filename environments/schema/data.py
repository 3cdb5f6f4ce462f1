"""Where data lives: Cloud SQL, Redis, buckets and the image registry."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from environments.schema.base import Expected, Hour, Label, Region, Section, between
from facts import cloud_sql, memorystore

Weekday = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
PostgresName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=63),
    Expected("a lower-case letter, then at most 62 lower-case letters, digits and underscores"),
]
WebOrigin = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]+)?$"),
    Expected("an origin, such as https://grid.example.com: lower case, and no / at the end"),
]


class BackupConfig(Section):
    """Automated backups of Cloud SQL."""

    start_hour: Hour = 2
    """Hour in UTC when the four-hour backup window opens."""
    retained_backups: Annotated[int, Field(ge=1, le=cloud_sql.max_retained_backups())] = 30
    """How many daily backups are kept."""
    log_retention_days: Annotated[
        int, Field(ge=1, le=cloud_sql.max_log_retention_days("ENTERPRISE"))
    ] = 7
    """Days of write-ahead log for point-in-time recovery; edition ENTERPRISE keeps up to 7."""


class MaintenanceConfig(Section):
    """Weekly maintenance window, in UTC."""

    day: Weekday = "SUNDAY"
    """Day of the week."""
    hour: Hour
    """Hour when the window opens."""


class ReplicaConfig(Section):
    """A read replica of the database."""

    region: Region
    """Region of the replica; one of `regions`."""


class PromotedConfig(Section):
    """A replica that is the primary since a failover (`grid failover`)."""

    replica: Label
    """Name that the replica had in `replicas`, which names the instance."""
    region: Region
    """Region of the instance; one of `regions`."""


class DatabaseConfig(Section):
    """Cloud SQL for PostgreSQL, in the primary region, with a private address only."""

    version: Literal["POSTGRES_15", "POSTGRES_16", "POSTGRES_17"] = "POSTGRES_15"
    """Major version."""
    edition: Literal["ENTERPRISE"] = "ENTERPRISE"
    """Edition; named because newer versions default to ENTERPRISE_PLUS, which has other tiers."""
    tier: Annotated[str, StringConstraints(max_length=40)]
    """Machine: `db-f1-micro`, `db-g1-small` or `db-custom-<vCPU>-<memory in MiB>`."""
    high_availability: bool = False
    """A standby in a second zone (availability type REGIONAL)."""
    disk_size_gb: Annotated[int, between(cloud_sql.disk_range_gb())] = 100
    """Size at creation in GB; it grows by itself and Terraform leaves the grown size alone."""
    disk_limit_gb: Annotated[int, between((0, cloud_sql.disk_range_gb()[1]))] = 500
    """Size in GB where the growth stops; 0 means no limit."""
    max_connections: Annotated[int, between(cloud_sql.max_connections_range())] = 200
    """Connections that the primary and the replicas accept."""
    name: PostgresName = "grid"
    """Name of the database."""
    user: PostgresName = "grid_app"
    """The user that the services log in as."""
    migration_user: PostgresName = "grid_migrations"
    """The user that owns the schema; only the migration job logs in as it."""
    password_version: Annotated[int, Field(ge=1)] = 1
    """Raise it by one to give both users a new password."""
    flags: dict[str, str] = {}
    """More database flags; they win over the built-in ones."""
    slow_query_ms: Annotated[int, Field(ge=0)] = 1000
    """Statements that take longer, in milliseconds, are logged."""
    backups: BackupConfig = BackupConfig()
    """Automated backups and point-in-time recovery."""
    maintenance: MaintenanceConfig = MaintenanceConfig(hour=7)
    """Weekly maintenance window; outside the backup window."""
    replicas: dict[Label, ReplicaConfig] = {}
    """Read replicas by name."""
    promoted: PromotedConfig | None = None
    """After a failover: the replica that is the primary (docs/runbooks/region.md)."""


class CacheConfig(Section):
    """Memorystore for Redis: one instance in every region, with AUTH and TLS."""

    version: Literal["REDIS_7_0", "REDIS_7_2"] = "REDIS_7_2"
    """Redis version."""
    memory_gb: Annotated[int, between(memorystore.memory_range_gb())] = 1
    """Memory of an instance, in GiB."""
    high_availability: bool = False
    """Tier STANDARD_HA (a replica that takes over) instead of BASIC. Fixed
    once it was applied: docs/traps.md, "Change a fixed value"."""
    snapshots: bool = False
    """Write an RDB snapshot every twelve hours; for STANDARD_HA."""
    maintenance: MaintenanceConfig = MaintenanceConfig(hour=5)
    """Weekly maintenance window."""


class BackupBucketConfig(Section):
    """The bucket for database exports and copies of the app data."""

    location: str
    """Location outside the primary region: another region, such as `us-east1`, a multi-region such
    as `EU`, or a pair of regions such as `NAM4`."""
    retention_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days that an object cannot be deleted or overwritten."""
    lock_retention: bool = False
    """Lock `retention_days`: nobody, the pipeline's account included, can shorten them or delete an
    object or the bucket before. Nobody can undo the lock; the days can only grow."""
    expire_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Days after which an object is deleted."""


class StorageConfig(Section):
    """Buckets. Their names begin with the project id, because bucket names are global."""

    backups: BackupBucketConfig
    """Database exports and copies of the app data."""
    noncurrent_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days that overwritten or deleted app data can be brought back."""
    upload_origins: tuple[WebOrigin, ...] = ()
    """Web origins that may upload to the app data bucket from a browser (CORS). They are compared
    with what browsers send, letter by letter."""


class RegistryConfig(Section):
    """The Artifact Registry repository `services`."""

    immutable_tags: bool = False
    """A tag, once pushed, cannot move to another image."""
    keep_versions: Annotated[int, Field(ge=1, le=1000)] = 20
    """How many of the newest images of a service are kept whatever their age."""
    delete_untagged_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days after which other images without a tag are deleted."""
