"""The global external Application Load Balancer: everything between the internet and Cloud Run."""

from collections.abc import Mapping

from cdktf_cdktf_provider_google.compute_backend_bucket import (
    ComputeBackendBucket,
    ComputeBackendBucketCdnPolicy as CdnPolicy,
)
from cdktf_cdktf_provider_google.compute_global_address import ComputeGlobalAddress
from cdktf_cdktf_provider_google.dns_record_set import DnsRecordSet
from constructs import Construct
from constructs.base import GridConstruct
from constructs.compute import Service
from constructs.edge.backend import HEADERS, Backend
from constructs.edge.frontend import Frontend
from constructs.edge.gateway_backend import GatewayBackend

from environments.naming import identifier
from environments.schema import LoadBalancerConfig


class DnsRecords(GridConstruct):
    """An A record for every host name of the environment."""

    APIS = ("dns",)

    def __init__(self, scope: Construct, id_: str, config: str, *, address: str) -> None:
        """Create the records in the managed zone `config`; they lead to `address`."""
        super().__init__(scope, id_)
        for host in self.environment.hosts:
            DnsRecordSet(
                self,
                identifier(host),
                managed_zone=config,
                name=f"{host}.",
                type="A",
                ttl=300,
                rrdatas=[address],
                depends_on=self.apis("dns"),
            )


class LoadBalancer(GridConstruct):
    """One anycast address for static files, the API and the API gateway.

    The API's host goes to the services by path, the gateway's to it; every other host of the
    environment goes to the bucket with static files. A service that runs in several regions has
    one backend service with an endpoint group in each: requests go to the nearest, and to another
    one when it fails.
    """

    APIS = ("compute",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: LoadBalancerConfig,
        *,
        services: Mapping[str, Service],
        gateway: GatewayBackend | None,
        static_bucket: str,
        security_policy: str,
        edge_policy: str,
    ) -> None:
        """Create the load balancer.

        Args:
            scope: Parent.
            id_: Construct id.
            config: The environment's section.
            services: Services by name; each service with a route gets a backend.
            gateway: The backend of the API gateway, if the environment has one.
            static_bucket: Name of the bucket with static files.
            security_policy: Id of the Cloud Armor policy.
            edge_policy: Id of the Cloud Armor policy in front of caches.
        """
        super().__init__(scope, id_)
        address = ComputeGlobalAddress(
            self, "default", name=self.names.compute("lb-ip"), depends_on=self.apis("compute")
        )
        self._address = address.address
        backends = {
            name: Backend(
                GridConstruct(self, f"{name}_backend"),  # a service may be called `static` too
                name,
                config,
                service=service,
                security_policy=security_policy,
                edge_policy=edge_policy,
            )
            for name, service in services.items()
            if service.config.route
        }
        static = ComputeBackendBucket(
            self,
            "static",
            name=self.names.compute("static-backend"),
            bucket_name=static_bucket,
            enable_cdn=True,
            edge_security_policy=edge_policy,
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
            depends_on=self.apis("compute"),
        )
        Frontend(
            self,
            "frontend",
            config,
            gateway=gateway,
            backends={name: backend.id for name, backend in backends.items()},
            static_backend=static.id,
            address=self._address,
        )
        if zone := self.environment.domain.dns_zone:
            DnsRecords(self, "dns", zone, address=self._address)

    @property
    def address(self) -> str:
        """The IPv4 address that the DNS records name."""
        return self._address
