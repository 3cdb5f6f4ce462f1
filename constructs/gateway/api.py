"""The API proxy, and the product that gives applications a key for it."""

from cdktf_cdktf_provider_google.apigee_api import ApigeeApi
from cdktf_cdktf_provider_google.apigee_api_product import (
    ApigeeApiProduct,
    ApigeeApiProductOperationGroup as OperationGroup,
    ApigeeApiProductOperationGroupOperationConfigs as OperationConfig,
    ApigeeApiProductOperationGroupOperationConfigsOperations as Operation,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.gateway.bundle import asset

from environments.schema import GatewayConfig

BUNDLE = "api"


class Api(GridConstruct):
    """A revision of the proxy for every content of its bundle. Terraform uploads it; deploying it
    has no resource in provider 6.50.0.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: GatewayConfig,
        *,
        organization: str,
        apigee_environment: str,
        target_timeout_seconds: int,
    ) -> None:
        """Pass requests on to the API's host, and wait `target_timeout_seconds` for a response;
        `organization` and `apigee_environment` are names.
        """
        super().__init__(scope, id_)
        values = {
            "target_host": self.environment.domain.api_host,
            "target_timeout_millis": target_timeout_seconds * 1000,
            "app_requests_per_minute": config.app_requests_per_minute,
        }
        name = self.names.apigee(BUNDLE)
        proxy = ApigeeApi(
            self,
            "main",
            org_id=organization,
            name=name,
            config_bundle=asset(self, "api-bundle", BUNDLE, name, values).path,
        )
        self._name, self._revision = proxy.name, proxy.latest_revision_id
        ApigeeApiProduct(
            proxy,
            "main",
            org_id=f"organizations/{organization}",
            name=name,
            display_name=name,
            approval_type="manual",
            environments=[apigee_environment],
            quota=str(config.app_requests_per_minute),
            quota_interval="1",
            quota_time_unit="minute",
            operation_group=OperationGroup(
                operation_config_type="proxy",
                operation_configs=[
                    OperationConfig(api_source=proxy.name, operations=[Operation(resource="/**")])
                ],
            ),
        )

    @property
    def name(self) -> str:
        """Name of the proxy."""
        return self._name

    @property
    def revision(self) -> str:
        """The newest revision, the one to deploy."""
        return self._revision
