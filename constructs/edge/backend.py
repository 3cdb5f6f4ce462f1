"""A Cloud Run service as a backend of the load balancer."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.compute_backend_service import (
    ComputeBackendService,
    ComputeBackendServiceBackend as BackendGroup,
    ComputeBackendServiceCdnPolicy as CdnPolicy,
    ComputeBackendServiceCdnPolicyBypassCacheOnRequestHeaders as BypassHeader,
    ComputeBackendServiceCdnPolicyCacheKeyPolicy as CacheKeyPolicy,
    ComputeBackendServiceCdnPolicyNegativeCachingPolicy as NegativeCachingPolicy,
    ComputeBackendServiceLogConfig as LogConfig,
    ComputeBackendServiceOutlierDetection as OutlierDetection,
    ComputeBackendServiceOutlierDetectionBaseEjectionTime as BaseEjectionTime,
    ComputeBackendServiceOutlierDetectionInterval as Interval,
)
from cdktf_cdktf_provider_google.compute_region_network_endpoint_group import (
    ComputeRegionNetworkEndpointGroup,
    ComputeRegionNetworkEndpointGroupCloudRun as CloudRun,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.compute import Service

from environments.naming import identifier
from environments.schema import CdnConfig, LoadBalancerConfig, OutlierDetectionConfig

SCHEME = "EXTERNAL_MANAGED"
RELEASED_FIRST = TerraformResourceLifecycle(create_before_destroy=True)
"""For what the API refuses to delete while the load balancer refers to it. Terraform deletes it
after the update of what referred to it, in one apply; without this, before. The flag also reaches
all that these wait for, as far as Cloud Run and the VPC: see docs/traps.md, "Load balancer".
Source: Terraform's docs/destroying.md.
"""
HEADERS = [
    "Strict-Transport-Security: max-age=31536000",
    "X-Content-Type-Options: nosniff",
]
"""Response headers that the load balancer adds."""


class Backend(GridConstruct):
    """A backend service over a serverless network endpoint group in each region.

    It has no health check and no timeout: the API rejects both with serverless groups. Cloud
    Run's own probes and request timeout take their place.
    Source: Compute Engine API, backendServices: healthChecks and timeoutSec.
    """

    APIS = ("compute",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: LoadBalancerConfig,
        *,
        service: Service,
        security_policy: str,
        edge_policy: str,
    ) -> None:
        """Create the backend of the service named `id_`."""
        super().__init__(scope, id_)
        name, cdn = identifier(id_), service.config.route.cdn if service.config.route else None
        groups = [
            ComputeRegionNetworkEndpointGroup(
                self,
                f"{name}_neg_{identifier(region)}",
                name=self.names.compute(id_, "neg", region),
                region=region,
                network_endpoint_type="SERVERLESS",
                cloud_run=CloudRun(service=regional.name),
                lifecycle=RELEASED_FIRST,
                depends_on=[*self.apis("compute"), *service.invokers],
            )
            for region, regional in service.regions.items()
        ]
        several = len(groups) > 1
        backend_service = ComputeBackendService(
            self,
            name,
            name=self.names.compute(id_, "backend"),
            load_balancing_scheme=SCHEME,
            protocol="HTTPS",
            backend=[BackendGroup(group=group.id) for group in groups],
            security_policy=security_policy,
            edge_security_policy=edge_policy if cdn else None,
            enable_cdn=cdn is not None,
            cdn_policy=_cdn_policy(cdn) if cdn else None,
            outlier_detection=_outlier_detection(config.outlier_detection) if several else None,
            custom_response_headers=HEADERS,
            log_config=LogConfig(enable=True, sample_rate=config.access_log_sample_rate),
            lifecycle=RELEASED_FIRST,
        )
        self._id = backend_service.id

    @property
    def id(self) -> str:
        """Id of the backend service, for the URL map."""
        return self._id


def _cdn_policy(config: CdnConfig) -> CdnPolicy:
    """Cache by the whole URL, and never a response to a request with credentials."""
    return CdnPolicy(
        cache_mode="CACHE_ALL_STATIC",
        default_ttl=config.default_ttl_seconds,
        client_ttl=config.default_ttl_seconds,
        max_ttl=config.max_ttl_seconds,
        cache_key_policy=CacheKeyPolicy(
            include_protocol=True, include_host=True, include_query_string=True
        ),
        bypass_cache_on_request_headers=[BypassHeader(header_name="Authorization")],
        negative_caching=True,
        negative_caching_policy=[NegativeCachingPolicy(code=404, ttl=config.not_found_ttl_seconds)],
    )


def _outlier_detection(config: OutlierDetectionConfig) -> OutlierDetection:
    """Eject a region that fails. `enforcing_consecutive_errors` is zero by default, which
    counts errors and does nothing; success rates are not supported with serverless groups.
    """
    return OutlierDetection(
        consecutive_errors=config.consecutive_errors,
        enforcing_consecutive_errors=100,
        interval=Interval(seconds=config.interval_seconds),
        base_ejection_time=BaseEjectionTime(seconds=config.ejection_seconds),
        max_ejection_percent=config.max_ejection_percent,
    )
