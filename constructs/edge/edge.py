"""Everything between the internet and Cloud Run."""

from constructs import Construct
from constructs.base import GridConstruct
from constructs.compute import Services
from constructs.edge.cloud_armor import CloudArmor
from constructs.edge.gateway_backend import GatewayBackend
from constructs.edge.load_balancer import LoadBalancer
from constructs.gateway import Gateway
from constructs.networking import Network
from constructs.storage import Storage


class Edge(GridConstruct):
    """The load balancer behind Cloud Armor, and the API gateway if the environment has one."""

    def __init__(
        self, scope: Construct, id_: str, *, services: Services, storage: Storage, network: Network
    ) -> None:
        """Create the edge in front of `services` and of the static files in `storage`."""
        super().__init__(scope, id_)
        environment = self.environment
        gateway = Gateway(self, "gateway", environment.gateway) if environment.gateway else None
        armor = CloudArmor(self, "cloud-armor", environment.cloud_armor, gateway=gateway)
        gateway_backend = None
        if gateway:
            gateway_backend = GatewayBackend(
                self,
                "gateway-backend",
                environment.load_balancer,
                gateway=gateway,
                network=network,
                security_policy=armor.policy_id,
            )
        self._load_balancer = LoadBalancer(
            self,
            "load-balancer",
            environment.load_balancer,
            services=services.by_name,
            gateway=gateway_backend,
            static_bucket=storage.static_assets.name,
            security_policy=armor.policy_id,
            edge_policy=armor.edge_policy_id,
        )
        self._gateway = gateway

    @property
    def gateway(self) -> Gateway | None:
        """The API gateway; None if the environment has none."""
        return self._gateway

    @property
    def load_balancer(self) -> LoadBalancer:
        """The load balancer."""
        return self._load_balancer
