"""The platform: all constructs of one environment, in the order in which they are created."""

from constructs import Construct
from constructs.ai import VectorSearch
from constructs.apis import Apis
from constructs.backup import AppDataCopy, DatabaseExport
from constructs.cache import Cache
from constructs.compute import MigrationJob, Services, SmokeJobs
from constructs.compute.container import Backends
from constructs.database import Database
from constructs.edge import Edge
from constructs.networking import Network
from constructs.observability import Observability
from constructs.outputs import Backups, Outputs, Parts
from constructs.security import Secrets
from constructs.storage import Registry, Storage

from environments import Environment
from environments.naming import Names
from stacks.apis import EXPORT_APIS, network_apis, optional_apis
from stacks.stack import Stack


class PlatformStack(Stack):
    """One environment. It reads like the order of creation; `after` is the order that no reference
    between resources expresses.
    """

    def __init__(self, scope: Construct, id_: str, environment: Environment) -> None:
        super().__init__(scope, id_)
        env, names, protect = environment, Names.of(environment), environment.protect
        region = env.primary_region
        self.configure(env)

        apis = Apis(self, "apis", optional_apis(env))
        secret_api = [apis["secretmanager"]]
        account_after = [apis["iam"], apis["cloudresourcemanager"]]

        network = Network(
            self,
            "network",
            env.network,
            regions=env.regions,
            names=names,
            after=[apis[api] for api in network_apis(env)],
        )
        peering = network.private_services
        secrets = Secrets(
            self, "secrets", env.secrets, names=names, protect=protect, after=secret_api
        )
        database = Database(
            self,
            "database",
            env.database,
            region=region,
            network=network,
            names=names,
            protect=protect,
            secret_after=secret_api,
            after=[apis["sqladmin"], peering],
        )
        caches = {
            name: Cache(
                self,
                f"cache-{name}",
                env.cache,
                region=name,
                network=network,
                names=names,
                protect=protect,
                secret_after=secret_api,
                after=[apis["redis"], peering],
            )
            for name in env.regions
        }
        storage = Storage(
            self,
            "storage",
            env.storage,
            region=region,
            database=database,
            names=names,
            protect=protect,
            after=[apis["storage"]],
        )
        backups = None
        if env.backups:
            backups = Backups(
                export=DatabaseExport(
                    self,
                    "database-export",
                    env.backups,
                    region=region,
                    database_name=env.database.name,
                    database=database,
                    storage=storage,
                    names=names,
                    protect=protect,
                    account_after=account_after,
                    after=[apis[api] for api in EXPORT_APIS],
                ),
                app_data=AppDataCopy(
                    self,
                    "app-data-copy",
                    env.backups,
                    bucket=env.storage.backups,
                    storage=storage,
                    names=names,
                    protect=protect,
                    after=[apis["storage"], apis["storagetransfer"]],
                ),
            )
        registry = Registry(
            self,
            "registry",
            env.registry,
            region=region,
            names=names,
            after=[apis["artifactregistry"]],
        )
        vector_search = None
        if env.vector_search:
            vector_search = VectorSearch(
                self,
                "vector-search",
                env.vector_search,
                region=region,
                names=names,
                protect=protect,
                after=[apis["aiplatform"]],
            )
        services = Services(
            self,
            "services",
            env,
            backends=Backends(
                database=database,
                caches=caches,
                storage=storage,
                secrets=secrets,
                vector_search=vector_search,
            ),
            network=network,
            names=names,
            account_after=account_after,
            after=[apis["run"]],
        )
        migration_job = None
        if env.migration_job:
            migration_job = MigrationJob(
                self,
                "migration-job",
                env.migration_job,
                environment=env,
                database=database,
                network=network,
                names=names,
                account_after=account_after,
                after=[apis["run"]],
            )
        smoke_jobs = SmokeJobs(
            self,
            "smoke-jobs",
            env.smoke_job,
            environment=env,
            services=services,
            network=network,
            names=names,
            account_after=account_after,
            after=[apis["run"]],
        )
        edge = Edge(
            self,
            "edge",
            env,
            network=network,
            services=services,
            storage=storage,
            names=names,
            apis=apis,
        )
        watch = Observability(
            self,
            "watch",
            env,
            database=database,
            export_workflow=backups.export.export_workflow if backups else None,
            names=names,
            apis=apis,
        )
        Outputs(
            self,
            "outputs",
            env,
            parts=Parts(
                network=network,
                database=database,
                storage=storage,
                backups=backups,
                registry=registry,
                services=services,
                migration_job=migration_job,
                gateway=edge.gateway,
                load_balancer=edge.load_balancer,
                vector_search=vector_search,
                billing_export=watch.billing_export,
                monitoring=watch.monitoring,
                dashboard=watch.dashboard,
                smoke_jobs=smoke_jobs,
            ),
        )
