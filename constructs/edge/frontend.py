"""The load balancer's public side: certificate, URL maps, proxies and forwarding rules."""

from collections.abc import Mapping, Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.compute_global_forwarding_rule import ComputeGlobalForwardingRule
from cdktf_cdktf_provider_google.compute_managed_ssl_certificate import (
    ComputeManagedSslCertificate,
    ComputeManagedSslCertificateManaged as Managed,
)
from cdktf_cdktf_provider_google.compute_ssl_policy import ComputeSslPolicy
from cdktf_cdktf_provider_google.compute_target_http_proxy import ComputeTargetHttpProxy
from cdktf_cdktf_provider_google.compute_target_https_proxy import ComputeTargetHttpsProxy
from cdktf_cdktf_provider_google.compute_url_map import (
    ComputeUrlMap,
    ComputeUrlMapDefaultUrlRedirect as UrlRedirect,
    ComputeUrlMapHostRule as HostRule,
    ComputeUrlMapPathMatcher as PathMatcher,
    ComputeUrlMapPathMatcherPathRule as PathRule,
    ComputeUrlMapTest as RouteTest,
)
from constructs import Construct
from constructs.dependencies import Dependencies
from constructs.edge.backend import SCHEME
from constructs.edge.gateway_backend import GatewayBackend

from environments.naming import Names
from environments.schema import DomainConfig, LoadBalancerConfig, RouteConfig

_API = "api"
_GATEWAY = "gateway"


class Frontend(Construct):
    """HTTPS with a managed certificate and TLS 1.2 or newer; HTTP only to redirect to it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: LoadBalancerConfig,
        *,
        domain: DomainConfig,
        gateway: GatewayBackend | None,
        routes: Mapping[str, RouteConfig],
        backends: Mapping[str, str],
        static_backend: str,
        address: str,
        names: Names,
        after: Dependencies,
    ) -> None:
        """Route to `backends`, ids of backend services by service, to the gateway, and to
        `static_backend`.
        """
        super().__init__(scope, id_)
        self._names, self._after, self._address = names, after, address
        url_map = self._url_map(domain, gateway, routes, backends, static_backend)
        # Of its own: with one more domain the others would wait for a new certificate as well.
        certificates = {"default": domain.hosts} | ({_GATEWAY: (gateway.host,)} if gateway else {})
        certificate_ids = [self._certificate(id_, one) for id_, one in certificates.items()]
        policy = ComputeSslPolicy(
            Construct(self, "tls"),
            "default",
            name=names.compute("ssl-policy"),
            profile=config.tls_profile,
            min_tls_version="TLS_1_2",
            depends_on=after,
        )
        https = ComputeTargetHttpsProxy(
            url_map,
            "default",
            name=names.compute("https-proxy"),
            url_map=url_map.id,
            ssl_certificates=certificate_ids,
            ssl_policy=policy.id,
        )
        self._forwarding_rule(https, "default", "forwarding-rule", https.id, "443")

        redirect = ComputeUrlMap(
            self,
            "https_redirect",
            name=names.compute("https-redirect"),
            default_url_redirect=UrlRedirect(
                https_redirect=True,
                strip_query=False,
                redirect_response_code="MOVED_PERMANENTLY_DEFAULT",
            ),
            depends_on=after,
        )
        http = ComputeTargetHttpProxy(
            redirect, "redirect", name=names.compute("http-proxy"), url_map=redirect.id
        )
        self._forwarding_rule(http, "http", "http-forwarding-rule", http.id, "80")

    def _certificate(self, id_: str, hosts: Sequence[str]) -> str:
        return ComputeManagedSslCertificate(
            Construct(self, f"{id_}_certificate"),
            id_,
            name=self._names.certificate(hosts),
            managed=Managed(domains=sorted(hosts)),
            # New domains make a new certificate, before the proxy lets go of the old one.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=self._after,
        ).id

    def _url_map(
        self,
        domain: DomainConfig,
        gateway: GatewayBackend | None,
        routes: Mapping[str, RouteConfig],
        backends: Mapping[str, str],
        static_backend: str,
    ) -> ComputeUrlMap:
        """The API's host by path, the gateway's to it, every other host to the static files. Its
        tests are run by Google before a change is accepted.
        """
        [default] = (name for name, route in routes.items() if route.default)
        rules, tests = [], [(domain.name, "/", static_backend)]
        tests.append((domain.api_host, "/", backends[default]))
        for name, route in routes.items():
            for path in route.paths:
                # `/auth/*` does not match `/auth` itself.
                rules.append(PathRule(paths=[path, f"{path}/*"], service=backends[name]))
                tests.append((domain.api_host, path, backends[name]))
        hosts = [HostRule(hosts=[domain.api_host], path_matcher=_API)]
        matchers = [PathMatcher(name=_API, default_service=backends[default], path_rule=rules)]
        if gateway:
            hosts.append(HostRule(hosts=[gateway.host], path_matcher=_GATEWAY))
            matchers.append(PathMatcher(name=_GATEWAY, default_service=gateway.id))
            tests.append((gateway.host, "/", gateway.id))
        return ComputeUrlMap(
            self,
            "default",
            name=self._names.compute("url-map"),
            default_service=static_backend,
            host_rule=hosts,
            path_matcher=matchers,
            test=[
                RouteTest(host=host, path=path, service=service) for host, path, service in tests
            ],
        )

    def _forwarding_rule(
        self, proxy: Construct, id_: str, name: str, target: str, port: str
    ) -> None:
        ComputeGlobalForwardingRule(
            proxy,
            id_,
            name=self._names.compute(name),
            # The provider's default is EXTERNAL, which does not match the backends.
            load_balancing_scheme=SCHEME,
            target=target,
            ip_address=self._address,
            port_range=port,
        )
