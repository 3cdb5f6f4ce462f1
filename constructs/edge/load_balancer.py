"""The global external Application Load Balancer: everything between the internet and Cloud Run."""

from collections.abc import Mapping

from cdktf_cdktf_provider_google.compute_backend_bucket import (
    ComputeBackendBucket,
    ComputeBackendBucketCdnPolicy as CdnPolicy,
)
from cdktf_cdktf_provider_google.compute_global_address import ComputeGlobalAddress
from cdktf_cdktf_provider_google.dns_record_set import DnsRecordSet
from constructs import Construct
from constructs.dependencies import Dependencies
from constructs.edge.backend import HEADERS, Backend
from constructs.edge.frontend import Frontend
from constructs.edge.gateway_backend import GatewayBackend

from environments.naming import Names, identifier
from environments.schema import DomainConfig, LoadBalancerConfig, ServiceConfig


class LoadBalancer(Construct):
    """One anycast address for static files, the API and the API gateway.

    The API's host goes to the services by path, the gateway's to it; every other host of the
    environment goes to the bucket with static files. A service that runs in several regions has
    one backend service with an endpoint group in each: requests go to the nearest, and to another
    one when it fails.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: LoadBalancerConfig,
        *,
        domain: DomainConfig,
        gateway: GatewayBackend | None,
        services: Mapping[str, ServiceConfig],
        cloud_run: Mapping[str, Mapping[str, str]],
        invokers: Mapping[str, Dependencies],
        static_bucket: str,
        security_policy: str,
        names: Names,
        after: Dependencies,
    ) -> None:
        """Make the load balancer.

        Args:
            scope: parent.
            id_: construct id.
            config: the environment's section.
            domain: host names.
            gateway: the API gateway, where the environment has one.
            services: services by name; those with a route get a backend.
            cloud_run: names of the Cloud Run services by service and region.
            invokers: grants by service that let the load balancer in, to have as long as it asks.
            static_bucket: name of the bucket with static files.
            security_policy: id of the Cloud Armor policy.
            names: names of resources.
            after: what must exist first.
        """
        super().__init__(scope, id_)
        address = ComputeGlobalAddress(
            self, "default", name=names.compute("lb-ip"), depends_on=after
        )
        self._address = address.address
        routed = {name: service.route for name, service in services.items() if service.route}
        backends = {
            name: Backend(
                Construct(self, f"{name}_backend"),  # a service may be called `static` too
                name,
                config,
                cdn=route.cdn,
                cloud_run=cloud_run[name],
                security_policy=security_policy,
                names=names,
                after=[*after, *invokers[name]],
            )
            for name, route in routed.items()
        }
        static = ComputeBackendBucket(
            self,
            "static",
            name=names.compute("static-backend"),
            bucket_name=static_bucket,
            enable_cdn=True,
            compression_mode="AUTOMATIC",
            custom_response_headers=HEADERS,
            cdn_policy=CdnPolicy(
                cache_mode="CACHE_ALL_STATIC",
                client_ttl=config.static_cache_seconds,
                default_ttl=config.static_cache_seconds,
                max_ttl=max(config.static_cache_seconds, 86400),
                negative_caching=True,
                serve_while_stale=86400,
            ),
            depends_on=after,
        )
        Frontend(
            self,
            "frontend",
            config,
            domain=domain,
            gateway=gateway,
            routes=routed,
            backends={name: backend.id for name, backend in backends.items()},
            static_backend=static.id,
            address=self._address,
            names=names,
            after=after,
        )
        if domain.dns_zone:
            for host in (*domain.hosts, *([gateway.host] if gateway else [])):
                DnsRecordSet(
                    self,
                    identifier(host.replace(".", "-")),
                    managed_zone=domain.dns_zone,
                    name=f"{host}.",
                    type="A",
                    ttl=300,
                    rrdatas=[self._address],
                    depends_on=after,
                )

    @property
    def address(self) -> str:
        """The IPv4 address that the DNS records name."""
        return self._address
