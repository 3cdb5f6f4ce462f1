"""Every service of an environment, in every region that runs it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from constructs import Construct
from constructs.base import GridConstruct
from constructs.compute.container import Backends, variables
from constructs.compute.service import Deployment, RegionalService
from constructs.dependencies import Dependencies
from constructs.networking import Network
from constructs.security import IdentityConfig, Secret, ServiceIdentity

from environments.roles import service_roles
from environments.schema import ServiceConfig


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the environment, in every region that runs it."""

    config: ServiceConfig
    """Its entry in the environment file."""
    regions: Mapping[str, RegionalService]
    """Its Cloud Run services by region, the primary region first."""

    @property
    def invokers(self) -> Dependencies:
        """Grants without which the service answers the load balancer with 403."""
        return [grant for regional in self.regions.values() for grant in regional.invokers]


class Services(GridConstruct):
    """The services that the environment file lists: an account each, and a Cloud Run service in
    each region.
    """

    # Services with `vertex_ai` call it at run time.
    APIS = ("aiplatform",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Mapping[str, ServiceConfig],
        *,
        backends: Backends,
        network: Network,
    ) -> None:
        """Create the services, each after its account's grants and the versions of its secrets."""
        super().__init__(scope, id_)
        self._backends, self._network = backends, network
        self._by_name = {
            name: Service(service, dict(self._regions(name, service)))
            for name, service in config.items()
        }

    @property
    def by_name(self) -> Mapping[str, Service]:
        """Services by their names in the environment file."""
        return self._by_name

    def _regions(self, name: str, service: ServiceConfig) -> Iterator[tuple[str, RegionalService]]:
        backends = self._backends
        regions = self.environment.regions_of(service)
        variables_by_region = {
            region: variables(
                service, region=region, environment=self.environment, backends=backends
            )
            for region in regions
        }
        secrets: dict[str, Secret] = {
            secret.name: secret
            for regional_variables in variables_by_region.values()
            for secret in regional_variables.secrets
        }
        identity = ServiceIdentity(
            self,
            f"{name}-identity",
            IdentityConfig(
                name=name, roles=service_roles(service), secrets=tuple(secrets.values())
            ),
        )
        grants = list(identity.grants)
        if service.app_data:
            grants.append(backends.storage.grant_app_data(name, identity))
        for region in regions:
            yield (
                region,
                RegionalService(
                    self,
                    f"{name}-{region}",
                    service,
                    deployment=Deployment(
                        service=name,
                        resource_name=self.names.service(name),
                        region=region,
                        account=identity.email,
                        grants=grants,
                        variables=variables_by_region[region],
                        egress=self._network.egress(region),
                    ),
                ),
            )
