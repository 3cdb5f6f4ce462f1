"""The Cloud Run job that migrates the database."""

from constructs import Construct
from constructs.compute.container import Variables, common
from constructs.compute.job import Task, job
from constructs.database import Database
from constructs.dependencies import Dependencies
from constructs.networking import Network
from constructs.security import IdentityConfig, ServiceIdentity

from environments.naming import MIGRATION_JOB, Names
from environments.schema import Environment, MigrationJobConfig

OWNED_BY_RELEASES = (
    "annotations",
    "client",
    "client_version",
    "template[0].annotations",
    "template[0].template[0].containers[0].image",
)
"""What releases change and Terraform leaves alone after the creation."""


class MigrationJob(Construct):
    """Runs as the user that owns the schema, never retries, and is started by releases alone."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: MigrationJobConfig,
        *,
        environment: Environment,
        database: Database,
        network: Network,
        names: Names,
        account_after: Dependencies,
        after: Dependencies,
    ) -> None:
        super().__init__(scope, id_)
        url = database.migration_url
        identity = ServiceIdentity(
            self,
            "identity",
            IdentityConfig(name=MIGRATION_JOB, roles=("roles/cloudsql.client",), secrets=(url,)),
            names=names,
            after=account_after,
        )
        region = environment.primary_region
        variables = Variables(
            plain=common(environment)
            | {
                "DATABASE_APP_USER": database.app_user,
                "DATABASE_CA_CERTS": database.ca_certificates,
            },
            secret={"DATABASE_URL": url},
        )
        task = Task(
            name=names.service(MIGRATION_JOB),
            region=region,
            image=config.image,
            cpu=config.cpu,
            memory=config.memory,
            timeout_seconds=config.timeout_seconds,
            variables=variables,
            egress=network.egress(region),
            protect=environment.protect,
            owned_by_releases=OWNED_BY_RELEASES,
        )
        self._name = job(self, MIGRATION_JOB, task, identity=identity, after=after).name

    @property
    def name(self) -> str:
        """Name of the Cloud Run job."""
        return self._name
