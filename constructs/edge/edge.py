"""What stands between the internet and Cloud Run."""

from constructs import Construct
from constructs.apis import Apis
from constructs.compute import Services
from constructs.edge.cloud_armor import CloudArmor
from constructs.edge.gateway_backend import GatewayBackend
from constructs.edge.load_balancer import LoadBalancer
from constructs.gateway import Gateway
from constructs.networking import Network
from constructs.storage import Storage

from environments import Environment
from environments.naming import Names


class Edge(Construct):
    """The load balancer with Cloud Armor in front of it, and the API gateway where there is one."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Environment,
        *,
        network: Network,
        services: Services,
        storage: Storage,
        names: Names,
        apis: Apis,
    ) -> None:
        super().__init__(scope, id_)
        env, region, protect = config, config.primary_region, config.protect
        compute_api = [apis["compute"]]
        gateway = None
        if env.gateway:
            gateway = Gateway(
                self,
                "gateway",
                env.gateway,
                host=env.gateway.host(env.domain.name),
                target_host=env.domain.api_host,
                slowest_target_seconds=max(
                    service.timeout_seconds for service in env.services.values() if service.route
                ),
                region=region,
                names=names,
                protect=protect,
                encryption_after=[apis["cloudkms"]],
                after=[apis["apigee"]],
            )
        armor = CloudArmor(
            self,
            "cloud-armor",
            env.cloud_armor,
            gateway=gateway,
            names=names,
            after=compute_api,
        )
        gateway_backend = None
        if gateway:
            gateway_backend = GatewayBackend(
                self,
                "gateway-backend",
                env.load_balancer,
                gateway=gateway,
                network=network,
                region=region,
                security_policy=armor.policy_id,
                names=names,
            )
        load_balancer = LoadBalancer(
            self,
            "load-balancer",
            env.load_balancer,
            domain=env.domain,
            gateway=gateway_backend,
            services=env.services,
            cloud_run={
                name: {region: service.name for region, service in regions.items()}
                for name, regions in services.by_name.items()
            },
            invokers={
                name: [grant for service in regions.values() for grant in service.invokers]
                for name, regions in services.by_name.items()
            },
            static_bucket=storage.static_assets,
            security_policy=armor.policy_id,
            names=names,
            after=[*compute_api, *([apis["dns"]] if env.domain.dns_zone else [])],
        )
        self._gateway = gateway
        self._load_balancer = load_balancer

    @property
    def gateway(self) -> Gateway | None:
        """The API gateway; None where the environment has none."""
        return self._gateway

    @property
    def load_balancer(self) -> LoadBalancer:
        """The load balancer."""
        return self._load_balancer
