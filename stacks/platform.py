"""The platform: all constructs of one environment, in the order in which they are created."""

from constructs import Construct
from constructs.apis import Apis
from constructs.cache import Cache
from constructs.compute import MigrationJob, Services, SmokeJobs
from constructs.compute.container import Backends
from constructs.database import Database
from constructs.networking import LoadBalancer, Network
from constructs.security import CloudArmor, Secrets
from constructs.storage import Registry, Storage

from environments import Environment
from environments.naming import Names
from stacks.outputs import Outputs, Parts
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

        apis = Apis(self, "apis", _optional_apis(env))
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
        registry = Registry(
            self,
            "registry",
            env.registry,
            region=region,
            names=names,
            after=[apis["artifactregistry"]],
        )
        services = Services(
            self,
            "services",
            env,
            backends=Backends(database=database, caches=caches, storage=storage, secrets=secrets),
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
        Outputs(
            self,
            "outputs",
            env,
            parts=Parts(
                network=network,
                database=database,
                storage=storage,
                registry=registry,
                services=services,
                migration_job=migration_job,
                smoke_jobs=smoke_jobs,
                load_balancer=load_balancer,
            ),
        )


def _optional_apis(env: Environment) -> list[str]:
    """APIs that only some environments call."""
    wanted = {"dns": env.domain.dns_zone, "vpcaccess": env.network.egress == "connector"}
    return [api for api, needed in wanted.items() if needed]
