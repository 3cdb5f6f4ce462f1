"""The Cloud Run job that migrates the database."""

from constructs import Construct
from constructs.base import GridConstruct
from constructs.compute.container import Variables, common
from constructs.compute.job import Task, job
from constructs.database import Database
from constructs.networking import Network
from constructs.security import IdentityConfig, ServiceIdentity

from environments.naming import MIGRATION_JOB
from environments.schema import MigrationJobConfig

OWNED_BY_RELEASES = (
    "annotations",
    "client",
    "client_version",
    "template[0].annotations",
    "template[0].template[0].containers[0].image",
)
"""What releases change and Terraform leaves alone after the creation."""


class MigrationJob(GridConstruct):
    """The job that connects as the schema owner, never retries, and is started by releases only."""

    APIS = ("run",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: MigrationJobConfig,
        *,
        database: Database,
        network: Network,
    ) -> None:
        super().__init__(scope, id_)
        url = database.migration_url
        identity = ServiceIdentity(
            self,
            "identity",
            IdentityConfig(name=MIGRATION_JOB, roles=("roles/cloudsql.client",), secrets=(url,)),
        )
        variables = Variables(
            plain=common(self.environment)
            | {
                "DATABASE_APP_USER": database.app_user,
                "DATABASE_CA_CERTS": database.ca_certificates,
            },
            secret={"DATABASE_URL": url},
        )
        task = Task(
            name=self.names.service(MIGRATION_JOB),
            region=self.primary_region,
            image=config.image,
            cpu=config.cpu,
            memory=config.memory,
            timeout_seconds=config.timeout_seconds,
            variables=variables,
            egress=network.egress(self.primary_region),
            owned_by_releases=OWNED_BY_RELEASES,
        )
        self._name = job(self, MIGRATION_JOB, task, identity=identity).name

    @property
    def name(self) -> str:
        """Name of the Cloud Run job."""
        return self._name
