"""The platform: all constructs of one environment, in the order in which they are created."""

from constructs import Construct
from constructs.ai import VectorSearch
from constructs.backup import AppDataCopy, DatabaseExport
from constructs.cache import Cache
from constructs.compute import BinaryAuthorization, MigrationJob, Services, SmokeJobs
from constructs.compute.container import Backends
from constructs.database import Database
from constructs.edge import Edge
from constructs.networking import Network
from constructs.observability import Observability
from constructs.outputs import Outputs
from constructs.security import Secrets
from constructs.storage import Registry, Storage

from environments import Environment
from stacks.stack import Stack

EXTRA_APIS = ("cloudasset", "cloudbuild", "iamcredentials", "sql-component")
"""APIs that no construct declares. Cloud Asset Inventory (CIS 2.13) keeps the history of resources
and policies from then on; the architecture spec enables the second and the last; services sign URLs
of Cloud Storage objects with the third (IAM Credentials API, `signBlob`)."""


class PlatformStack(Stack):
    """One environment, in the order of creation. Each construct enables the Google APIs that it
    declares, and knows its environment (`constructs.base`).
    """

    def __init__(self, scope: Construct, id_: str, environment: Environment) -> None:
        super().__init__(scope, id_, environment)
        self.configure()
        self.enable_apis(EXTRA_APIS)
        network = Network(self, "network", environment.network)
        secrets = Secrets(self, "secrets", environment.secrets)
        database = Database(self, "database", environment.database, network=network)
        caches = {
            region: Cache(
                self, f"cache-{region}", environment.cache, region=region, network=network
            )
            for region in environment.regions
        }
        storage = Storage(self, "storage", environment.storage, database=database)
        export = app_data_copy = None
        if backups := environment.backups:
            export = DatabaseExport(
                self, "database-export", backups, database=database, storage=storage
            )
            app_data_copy = AppDataCopy(self, "app-data-copy", backups, storage=storage)
        registry = Registry(self, "registry", environment.registry)
        vector_search = None
        if environment.vector_search:
            vector_search = VectorSearch(self, "vector-search", environment.vector_search)
        backends = Backends(
            database=database,
            caches=caches,
            storage=storage,
            secrets=secrets,
            vector_search=vector_search,
        )
        if environment.binary_authorization:
            BinaryAuthorization(self, "binary-authorization", environment.binary_authorization)
        services = Services(
            self, "services", environment.services, backends=backends, network=network
        )
        migration_job = None
        if environment.migration_job:
            migration_job = MigrationJob(
                self, "migration-job", environment.migration_job, database=database, network=network
            )
        smoke_jobs = SmokeJobs(
            self, "smoke-jobs", environment.smoke_job, services=services, network=network
        )
        edge = Edge(self, "edge", services=services, storage=storage, network=network)
        observability = Observability(
            self,
            "watch",
            database=database,
            export_workflow=export.export_workflow if export else None,
        )
        Outputs(
            self,
            "outputs",
            network=network,
            database=database,
            storage=storage,
            export=export,
            app_data_copy=app_data_copy,
            registry=registry,
            vector_search=vector_search,
            services=services,
            migration_job=migration_job,
            smoke_jobs=smoke_jobs,
            edge=edge,
            observability=observability,
        )
