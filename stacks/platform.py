"""The platform: all constructs of one environment, in the order in which they are created."""

from constructs import Construct
from constructs.ai import VectorSearch
from constructs.apis import Apis
from constructs.backup import AppDataCopy, DatabaseExport
from constructs.cache import Cache
from constructs.compute import MigrationJob, Services
from constructs.compute.container import Backends
from constructs.cost import BillingExport, Budget
from constructs.database import Database
from constructs.monitoring import Dashboard, Logs, Monitoring
from constructs.networking import LoadBalancer, Network
from constructs.security import CloudArmor, Secrets
from constructs.storage import Registry, Storage

from environments import Environment
from environments.naming import Names
from stacks.outputs import Backups, Outputs, Parts
from stacks.stack import Stack

_EXPORT_APIS = ("cloudscheduler", "workflowexecutions", "workflows")
_BACKUP_APIS = (*_EXPORT_APIS, "storagetransfer")


class PlatformStack(Stack):
    """One environment. It reads like the order of creation; `after` is the order that no reference
    between resources expresses.
    """

    def __init__(self, scope: Construct, id_: str, environment: Environment) -> None:
        super().__init__(scope, id_)
        env, names, protect = environment, Names.of(environment), environment.protect
        region = env.primary_region
        self.configure(env)

        apis = Apis(self, "apis", [*_optional_apis(env), *_cost_apis(env)])
        compute_api, secret_api = [apis["compute"]], [apis["secretmanager"]]
        account_after = [apis["iam"], apis["cloudresourcemanager"]]

        network = Network(
            self,
            "network",
            env.network,
            regions=env.regions,
            names=names,
            after=[apis[api] for api in ("compute", "servicenetworking", *_optional_apis(env))],
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
                    after=[apis[api] for api in _EXPORT_APIS],
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
        armor = CloudArmor(self, "cloud-armor", env.cloud_armor, names=names, after=compute_api)
        load_balancer = LoadBalancer(
            self,
            "load-balancer",
            env.load_balancer,
            domain=env.domain,
            services=env.services,
            cloud_run={
                name: {region: service.name for region, service in regions.items()}
                for name, regions in services.by_name.items()
            },
            static_bucket=storage.static_assets,
            security_policy=armor.policy_id,
            names=names,
            after=[*compute_api, *([apis["dns"]] if env.domain.dns_zone else [])],
        )
        monitoring = Monitoring(
            self,
            "monitoring",
            env,
            names=names,
            after=[apis["monitoring"]],
            logging_after=[apis["logging"]],
            export_workflow=backups.export.export_workflow if backups else None,
        )
        billing_export = None
        if env.cost:
            Budget(
                self,
                "budget",
                env.cost,
                names=names,
                notification_channels=monitoring.channels,
                after=[apis["billingbudgets"]],
            )
            if env.cost.export:
                billing_export = BillingExport(
                    self,
                    "billing-export",
                    env.cost.export,
                    names=names,
                    protect=protect,
                    account_after=account_after,
                    transfer_after=[apis["bigquerydatatransfer"]],
                    after=[apis["bigquery"]],
                )
        logs = Logs(
            self,
            "logs",
            env.monitoring.logs,
            names=names,
            after=[apis["logging"], apis["cloudresourcemanager"]],
        )
        dashboard = None
        if env.monitoring.dashboard:
            dashboard = Dashboard(
                self,
                "dashboard",
                env,
                slos=monitoring.slos,
                logs=logs,
                names=names,
                after=[apis["monitoring"]],
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
                load_balancer=load_balancer,
                vector_search=vector_search,
                billing_export=billing_export,
                monitoring=monitoring,
                dashboard=dashboard,
            ),
        )


def _optional_apis(env: Environment) -> list[str]:
    """APIs that only some environments call."""
    wanted = {"dns": env.domain.dns_zone, "vpcaccess": env.network.egress == "connector"}
    apis = [api for api, needed in wanted.items() if needed]
    return [*apis, *(_BACKUP_APIS if env.backups else ())]


def _cost_apis(env: Environment) -> list[str]:
    """APIs of budget and billing export."""
    export = ["bigquery", "bigquerydatatransfer"] if env.cost and env.cost.export else []
    return ["billingbudgets", *export] if env.cost else []
