"""The whole of an environment file."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from environments.schema.ai import VectorSearchConfig
from environments.schema.base import Expected, Label, Region, Section
from environments.schema.compute import MigrationJobConfig, ServiceConfig, SmokeJobConfig
from environments.schema.cost import CostConfig
from environments.schema.data import CacheConfig, DatabaseConfig, RegistryConfig, StorageConfig
from environments.schema.gateway import GatewayConfig
from environments.schema.monitoring import MonitoringConfig
from environments.schema.networking import (
    DomainConfig,
    LoadBalancerConfig,
    NetworkConfig,
    RegionConfig,
)
from environments.schema.operations import CiConfig, ScheduledBackupsConfig
from environments.schema.organization import OrganizationConfig
from environments.schema.security import (
    BinaryAuthorizationConfig,
    CloudArmorConfig,
    EncryptionConfig,
    SecretConfig,
)

ProjectId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$"),
    Expected(
        "a project id: 6 to 30 lower-case letters, digits and hyphens, with a letter first and no "
        "hyphen last"
    ),
]
LabelKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$"),
    Expected("a lower-case letter, then at most 62 lower-case letters, digits and underscores"),
]
LabelValue = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9_-]{0,63}$"),
    Expected("a string of at most 63 lower-case letters, digits, underscores and hyphens"),
]
BucketName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$"),
    Expected(
        "a bucket's name: 3 to 63 lower-case letters, digits, dots, underscores and hyphens, with "
        "a letter or digit first and last"
    ),
]
StatePrefix = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9/_-]*[a-z0-9]$"),
    Expected("a folder, such as grid/dev: lower-case letters, digits, /, _ and -"),
]


BOOTSTRAP = "-bootstrap"
"""Ends the names of a bootstrap's stack and of the folder of its state."""


class StateConfig(Section):
    """Where Terraform keeps the state."""

    bucket: BucketName
    """Cloud Storage bucket with versioning; the bootstrap makes it."""
    prefix: StatePrefix
    """Folder in the bucket; no two environments share one."""

    @property
    def bootstrap_prefix(self) -> str:
        """Folder of the bootstrap's own state, next to the platform's."""
        return f"{self.prefix}{BOOTSTRAP}"


def _empty_section(value: object) -> object:
    return {} if value is None else value


NamedService = Annotated[
    ServiceConfig, BeforeValidator(_empty_section, json_schema_input_type=ServiceConfig | None)
]
"""A service; nothing after its name stands for the defaults."""


class Environment(Section):
    """One environment of the platform: what differs between dev, staging and prod."""

    environment: Label
    """Name of the environment; equal to the name of its file."""
    project_id: ProjectId
    """Google Cloud project of the environment; no other environment uses it."""
    project_name: Label = "grid"
    """First part of every resource name."""
    node_env: Literal["development", "production"]
    """NODE_ENV of the services: `development` or `production`."""
    protect: bool
    """Refuse to delete what holds data or serves users: database, cache, buckets, secrets and
    services. A change replaces one IAM grant of the pipeline, and nothing else."""
    labels: dict[LabelKey, LabelValue] = {}
    """Labels for every resource that has labels, next to project, environment and managed_by.
    Their keys have no hyphens, which CDKTF would turn into underscores."""
    state: StateConfig
    """Where Terraform keeps the state."""
    primary_region: Region
    """The region of the database and the registry; one of `regions`."""
    regions: Annotated[dict[Region, RegionConfig], Field(min_length=1, max_length=50)]
    """Regions by name."""
    network: NetworkConfig
    """The VPC network."""
    domain: DomainConfig
    """Host names."""
    load_balancer: LoadBalancerConfig = LoadBalancerConfig()
    """The load balancer."""
    cloud_armor: CloudArmorConfig = CloudArmorConfig()
    """Web application firewall and rate limit."""
    database: DatabaseConfig
    """Cloud SQL."""
    cache: CacheConfig = CacheConfig()
    """Redis."""
    storage: StorageConfig
    """Buckets."""
    registry: RegistryConfig = RegistryConfig()
    """Image registry."""
    secrets: dict[Label, SecretConfig] = {}
    """Secrets by name, in addition to those that the database and the cache make themselves."""
    encryption: EncryptionConfig | None = None
    """Own keys that encrypt what the platform stores; Google's without this key."""
    binary_authorization: BinaryAuthorizationConfig | None = None
    """Which images Cloud Run may run; all without this key."""
    services: Annotated[dict[Label, NamedService], Field(min_length=1)]
    """Cloud Run services by name. A name alone is enough: `worker:`."""
    migration_job: MigrationJobConfig | None = None
    """The job that migrates the database."""
    vector_search: VectorSearchConfig | None = None
    """The vector index of the services with `vertex_ai`."""
    cost: CostConfig | None = None
    """Budget and billing export."""
    monitoring: MonitoringConfig
    """Alerts, service level objectives, dashboard and logs."""
    backups: ScheduledBackupsConfig | None = None
    """Scheduled exports of the database and copies of the app data; none without this key."""
    ci: CiConfig | None = None
    """The pipeline that plans and applies; without this key the bootstrap makes the state bucket
    alone."""
    organization: OrganizationConfig = OrganizationConfig()
    """Contact, organization policies and perimeter of the project, which the bootstrap applies."""
    gateway: GatewayConfig | None = None
    """The API gateway; none without it."""
    smoke_job: SmokeJobConfig = SmokeJobConfig()
    """The jobs that test new revisions."""

    if not TYPE_CHECKING:  # or every name would have a type

        def __getattr__(self, name: str) -> Any:
            """Explain the use of a section that the schema does not have.

            Raises:
                AttributeError: always, for a name that is neither a field nor pydantic's own.
            """
            if name.startswith("_"):
                return super().__getattr__(name)
            raise AttributeError(
                f"environment files have no section {name!r}: add a field to Environment in "
                "environments/schema/environment.py, then run make schema"
            )

    @property
    def database_region(self) -> str:
        """Region of the primary instance of the database."""
        promoted = self.database.promoted
        return promoted.region if promoted else self.primary_region

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host name of the environment."""
        gateway = (self.gateway.host(self.domain.name),) if self.gateway else ()
        return (*self.domain.hosts, *gateway)

    def regions_of(self, service: ServiceConfig) -> tuple[str, ...]:
        """Regions that run this service, the primary one first."""
        names = service.regions or tuple(self.regions)
        return tuple(sorted(names, key=lambda region: (region != self.primary_region, region)))
