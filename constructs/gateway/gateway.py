"""The API gateway: one Apigee organization with one environment, and what runs in it."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.apigee_envgroup import ApigeeEnvgroup
from cdktf_cdktf_provider_google.apigee_envgroup_attachment import ApigeeEnvgroupAttachment
from cdktf_cdktf_provider_google.apigee_environment import (
    ApigeeEnvironment,
    ApigeeEnvironmentClientIpResolutionConfig as ClientIpResolution,
    ApigeeEnvironmentClientIpResolutionConfigHeaderIndexAlgorithm as HeaderIndex,
    ApigeeEnvironmentNodeConfig as NodeConfig,
)
from cdktf_cdktf_provider_google.apigee_organization import ApigeeOrganization
from constructs import Construct
from constructs.base import GridConstruct
from constructs.gateway.api import Api
from constructs.gateway.encryption import Encryption
from constructs.gateway.rate_limit import RateLimit
from constructs.gateway.runtime import Runtime

from environments.schema import GatewayConfig, NodesConfig

CLIENT_INDEX = -2
"""The load balancer appends two addresses to X-Forwarded-For: the client's and its own. Source:
Cloud Load Balancing docs, "X-Forwarded-For header"."""


class Gateway(GridConstruct):
    """Apigee between the load balancer and the services.

    A request comes in at the gateway's host: load balancer, Private Service Connect, Apigee. It
    goes out over the internet to the API's host, and so through the load balancer once more, for
    Cloud Run takes requests of nobody else. Neither way needs a peering of networks.
    """

    APIS = ("apigee", "cloudkms")

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: GatewayConfig,
    ) -> None:
        """Create the gateway in the primary region, in front of the API's host."""
        super().__init__(scope, id_)
        self._host = config.host(self.environment.domain.name)
        self._target_timeout_seconds = config.waits_seconds(
            max(
                service.timeout_seconds
                for service in self.environment.services.values()
                if service.route
            )
        )
        encryption = Encryption(self, "encryption") if config.paid else None
        organization = ApigeeOrganization(
            self,
            "main",
            project_id=self.names.project_id,
            analytics_region=self.primary_region,
            billing_type=config.billing_type,
            runtime_type="CLOUD",
            disable_vpc_peering=True,
            runtime_database_encryption_key_name=encryption.database_key if encryption else None,
            # For seven days a deleted organization could be restored, and keeps its name.
            retention=None if self.protect or not config.paid else "MINIMUM",
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if self.protect else None,
            depends_on=[*self.apis("apigee"), *(encryption.ready if encryption else ())],
        )
        environment = ApigeeEnvironment(
            organization,
            "main",
            org_id=organization.id,
            name=self.names.apigee(),
            type=config.environment_type if config.paid else None,
            node_config=_node_config(config.nodes) if config.nodes else None,
            client_ip_resolution_config=ClientIpResolution(
                header_index_algorithm=HeaderIndex(
                    ip_header_name="X-Forwarded-For", ip_header_index=CLIENT_INDEX
                )
            ),
        )
        group = ApigeeEnvgroup(
            environment,
            "main",
            org_id=organization.id,
            name=self.names.apigee(),
            hostnames=[self._host],
        )
        ApigeeEnvgroupAttachment(group, "main", envgroup_id=group.id, environment=environment.name)
        self._organization, self._apigee_environment = organization.name, environment.name
        self._runtime = Runtime(
            self,
            "runtime",
            config,
            organization=organization.id,
            apigee_environment=self._apigee_environment,
            encryption=encryption,
        )
        RateLimit(
            self,
            "rate-limit",
            config,
            organization=self._organization,
            apigee_environment=self._apigee_environment,
            depends_on=[self._runtime.attachment],
        )
        self._api = Api(
            self,
            "api",
            config,
            organization=self._organization,
            apigee_environment=self._apigee_environment,
            target_timeout_seconds=self._target_timeout_seconds,
        )

    @property
    def host(self) -> str:
        """Host name that applications call."""
        return self._host

    @property
    def target_timeout_seconds(self) -> int:
        """How long it waits for a service."""
        return self._target_timeout_seconds

    @property
    def service_attachment(self) -> str:
        """What the load balancer's endpoint group leads to."""
        return self._runtime.service_attachment

    @property
    def egress(self) -> list[str]:
        """The addresses that it calls the services from."""
        return self._runtime.egress

    @property
    def organization(self) -> str:
        """Name of the organization."""
        return self._organization

    @property
    def apigee_environment(self) -> str:
        """Name of the Apigee environment."""
        return self._apigee_environment

    @property
    def proxy(self) -> str:
        """Name of the API proxy."""
        return self._api.name

    @property
    def revision(self) -> str:
        """The newest revision of the API proxy, the one to deploy."""
        return self._api.revision


def _node_config(config: NodesConfig) -> NodeConfig:
    """Numbers as text: so the provider's schema wants them."""
    return NodeConfig(min_node_count=str(config.minimum), max_node_count=str(config.maximum))
