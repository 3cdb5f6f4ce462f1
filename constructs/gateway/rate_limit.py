"""The rate limit of each client: a shared flow that runs before every proxy."""

from cdktf_cdktf_provider_google.apigee_flowhook import ApigeeFlowhook
from cdktf_cdktf_provider_google.apigee_sharedflow import ApigeeSharedflow
from cdktf_cdktf_provider_google.apigee_sharedflow_deployment import ApigeeSharedflowDeployment
from constructs import Construct
from constructs.base import GridConstruct
from constructs.dependencies import Dependencies
from constructs.gateway.bundle import asset

from environments.schema import GatewayConfig

BUNDLE = "rate-limiting"


class RateLimit(GridConstruct):
    """A shared flow before every proxy of the environment. If it fails, the request fails."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: GatewayConfig,
        *,
        organization: str,
        apigee_environment: str,
        depends_on: Dependencies,
    ) -> None:
        """Limit an Apigee environment of an organization, both by name; the deployment of the
        shared flow needs `depends_on` first.
        """
        super().__init__(scope, id_)
        name = self.names.apigee(BUNDLE)
        values = {"requests_per_second": config.requests_per_second}
        flow = ApigeeSharedflow(
            self,
            "rate_limiting",
            org_id=organization,
            name=name,
            config_bundle=asset(self, "rate-limiting-bundle", BUNDLE, name, values).path,
        )
        deployment = ApigeeSharedflowDeployment(
            flow,
            "rate_limiting",
            org_id=organization,
            environment=apigee_environment,
            sharedflow_id=flow.name,
            revision=flow.latest_revision_id,
            depends_on=depends_on,
        )
        ApigeeFlowhook(
            flow,
            "pre_proxy",
            org_id=organization,
            environment=apigee_environment,
            flow_hook_point="PreProxyFlowHook",
            sharedflow=flow.name,
            # The provider's default is true: a rate limit that fails would let everything pass.
            continue_on_error=False,
            depends_on=[deployment],
        )
