"""The API gateway as a backend of the load balancer."""

from cdktf_cdktf_provider_google.compute_backend_service import (
    ComputeBackendService,
    ComputeBackendServiceBackend as BackendGroup,
    ComputeBackendServiceLogConfig as LogConfig,
)
from cdktf_cdktf_provider_google.compute_region_network_endpoint_group import (
    ComputeRegionNetworkEndpointGroup,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.edge.backend import HEADERS, RELEASED_FIRST, SCHEME
from constructs.gateway import Gateway
from constructs.networking.network import Network

from environments.naming import identifier
from environments.schema import LoadBalancerConfig


class GatewayBackend(GridConstruct):
    """A backend service over Private Service Connect: an endpoint group in the region of the
    gateway, in the private subnet there.

    It has no health check: the API refuses one for such groups. Source: Load Balancing docs,
    "Private Service Connect NEGs".
    """

    APIS = ("compute",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: LoadBalancerConfig,
        *,
        gateway: Gateway,
        network: Network,
        security_policy: str,
    ) -> None:
        super().__init__(scope, id_)
        region = self.primary_region
        self._host = gateway.host
        group = ComputeRegionNetworkEndpointGroup(
            self,
            f"gateway_neg_{identifier(region)}",
            name=self.names.compute("gateway", "neg", region),
            region=region,
            network_endpoint_type="PRIVATE_SERVICE_CONNECT",
            psc_target_service=gateway.service_attachment,
            network=network.id,
            subnetwork=network.subnetwork(region),
            lifecycle=RELEASED_FIRST,
        )
        service = ComputeBackendService(
            self,
            "gateway",
            name=self.names.compute("gateway", "backend"),
            load_balancing_scheme=SCHEME,
            protocol="HTTPS",
            # The gateway gives up first, and says so in its own words.
            timeout_sec=gateway.target_timeout_seconds + 5,
            backend=[BackendGroup(group=group.id)],
            security_policy=security_policy,
            enable_cdn=False,
            custom_response_headers=HEADERS,
            log_config=LogConfig(enable=True, sample_rate=config.access_log_sample_rate),
            lifecycle=RELEASED_FIRST,
        )
        self._id = service.id

    @property
    def host(self) -> str:
        """Host name that leads to it."""
        return self._host

    @property
    def id(self) -> str:
        """Id of the backend service, for the URL map."""
        return self._id
