"""Every service of an environment, in every region that runs it."""

from collections.abc import Iterator, Mapping

from constructs import Construct
from constructs.compute.container import Backends, variables
from constructs.compute.service import Deployment, RegionalService
from constructs.dependencies import Dependencies
from constructs.networking import Network
from constructs.security import IdentityConfig, Secret, ServiceIdentity

from environments.naming import Names
from environments.schema import Environment, ServiceConfig


class Services(Construct):
    """The services that the environment file lists: an account each, and a Cloud Run service in
    each region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Environment,
        *,
        backends: Backends,
        network: Network,
        names: Names,
        account_after: Dependencies,
        after: Dependencies,
    ) -> None:
        """Make the services; accounts wait for `account_after`, services for `after`, for their
        account's grants, and for the versions of their secrets.
        """
        super().__init__(scope, id_)
        self._config, self._backends, self._network, self._names = config, backends, network, names
        self._by_name = {
            name: dict(self._regions(name, service, account_after, after))
            for name, service in config.services.items()
        }

    @property
    def by_name(self) -> Mapping[str, Mapping[str, RegionalService]]:
        """Services by name and region, the primary region first."""
        return self._by_name

    def _regions(
        self, name: str, service: ServiceConfig, account_after: Dependencies, after: Dependencies
    ) -> Iterator[tuple[str, RegionalService]]:
        backends = self._backends
        regions = self._config.regions_of(service)
        given = {
            region: variables(service, region=region, environment=self._config, backends=backends)
            for region in regions
        }
        secrets: dict[str, Secret] = {
            secret.name: secret for one in given.values() for secret in one.secret.values()
        }
        identity = ServiceIdentity(
            self,
            f"{name}-identity",
            IdentityConfig(name=name, roles=_roles(service), secrets=tuple(secrets.values())),
            names=self._names,
            after=account_after,
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
                        resource_name=self._names.service(name),
                        region=region,
                        account=identity.email,
                        variables=given[region],
                        egress=self._network.egress(region),
                        protect=self._config.protect,
                    ),
                    after=[*after, *grants],
                ),
            )


def _roles(service: ServiceConfig) -> tuple[str, ...]:
    """Project roles that follow from what a service uses, and those that its entry names."""
    roles = list(service.roles)
    if service.database:
        roles.append("roles/cloudsql.client")
    if service.vertex_ai:
        roles.append("roles/aiplatform.user")
    return tuple(roles)
