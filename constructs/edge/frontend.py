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
from constructs.base import GridConstruct
from constructs.edge.backend import SCHEME
from constructs.edge.gateway_backend import GatewayBackend

from environments.schema import LoadBalancerConfig
from facts import load_balancing

_API = "api"
_GATEWAY = "gateway"


class Frontend(GridConstruct):
    """HTTPS with a managed certificate and TLS 1.2 or newer; HTTP only to redirect to it."""

    APIS = ("compute",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: LoadBalancerConfig,
        *,
        gateway: GatewayBackend | None,
        backends: Mapping[str, str],
        static_backend: str,
        address: str,
    ) -> None:
        """Route to `backends`, ids of backend services by service, to the gateway, and to
        `static_backend`.
        """
        super().__init__(scope, id_)
        self._address = address
        url_map = self._url_map(gateway, backends, static_backend)
        # The gateway has a certificate of its own: a new domain in the other one would make every
        # host wait for its validation.
        certificates = {"default": self.environment.domain.hosts} | (
            {_GATEWAY: (gateway.host,)} if gateway else {}
        )
        certificate_ids = [self._certificate(id_, hosts) for id_, hosts in certificates.items()]
        policy = ComputeSslPolicy(
            GridConstruct(self, "tls"),
            "default",
            name=self.names.compute("ssl-policy"),
            profile=config.tls_profile,
            min_tls_version="TLS_1_2",
            depends_on=self.apis("compute"),
        )
        https = ComputeTargetHttpsProxy(
            url_map,
            "default",
            name=self.names.compute("https-proxy"),
            url_map=url_map.id,
            ssl_certificates=certificate_ids,
            ssl_policy=policy.id,
        )
        self._forwarding_rule(https, "default", "forwarding-rule", https.id, "443")

        redirect = ComputeUrlMap(
            self,
            "https_redirect",
            name=self.names.compute("https-redirect"),
            default_url_redirect=UrlRedirect(
                https_redirect=True,
                strip_query=False,
                redirect_response_code="MOVED_PERMANENTLY_DEFAULT",
            ),
            depends_on=self.apis("compute"),
        )
        http = ComputeTargetHttpProxy(
            redirect, "redirect", name=self.names.compute("http-proxy"), url_map=redirect.id
        )
        self._forwarding_rule(http, "http", "http-forwarding-rule", http.id, "80")

    def _certificate(self, id_: str, hosts: Sequence[str]) -> str:
        return ComputeManagedSslCertificate(
            GridConstruct(self, f"{id_}_certificate"),
            id_,
            name=self.names.certificate(hosts),
            managed=Managed(domains=sorted(hosts)),
            # New domains make a new certificate, before the proxy lets go of the old one.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=self.apis("compute"),
        ).id

    def _url_map(
        self,
        gateway: GatewayBackend | None,
        backends: Mapping[str, str],
        static_backend: str,
    ) -> ComputeUrlMap:
        """Route the API's host by path, the gateway's host to the gateway, and every other host to
        the static files. Google runs the tests of the URL map before it accepts a change; where
        there are more paths than tests, the last paths have none.
        """
        domain = self.environment.domain
        services = self.environment.services.items()
        routes = {name: service.route for name, service in services if service.route}
        [default] = (name for name, route in routes.items() if route.default)
        rules, path_tests = [], []
        tests = [
            (domain.name, "/", static_backend),
            (domain.api_host, "/", backends[default]),
        ]
        for name, route in routes.items():
            for path in route.paths:
                # `/auth/*` does not match `/auth` itself.
                rules.append(PathRule(paths=[path, f"{path}/*"], service=backends[name]))
                path_tests.append((domain.api_host, path, backends[name]))
        hosts = [HostRule(hosts=[domain.api_host], path_matcher=_API)]
        matchers = [PathMatcher(name=_API, default_service=backends[default], path_rule=rules)]
        if gateway:
            hosts.append(HostRule(hosts=[gateway.host], path_matcher=_GATEWAY))
            matchers.append(PathMatcher(name=_GATEWAY, default_service=gateway.id))
            tests.append((gateway.host, "/", gateway.id))
        tests[2:2] = path_tests[: load_balancing.max_url_map_tests() - len(tests)]
        return ComputeUrlMap(
            self,
            "default",
            name=self.names.compute("url-map"),
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
            name=self.names.compute(name),
            # The provider's default is EXTERNAL, which does not match the backends.
            load_balancing_scheme=SCHEME,
            target=target,
            ip_address=self._address,
            port_range=port,
        )
