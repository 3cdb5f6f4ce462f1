"""Mistakes in the load balancer, its certificate, and Cloud Armor."""

from tests.policy import test_edge as edge_policies
from tests.terraform.mutations.mutation import REMOVED, Api, Mutation, Policy, Validate

API_BACKEND = "google_compute_backend_service.api"
ARMOR = "google_compute_security_policy.default"
RULE = "google_compute_global_forwarding_rule.default"


MUTATIONS: tuple[Mutation, ...] = (
    Validate(
        mistake="cache_mode CACHE_MODE_AUTO, which does not exist",
        address=API_BACKEND,
        change={"cdn_policy.cache_mode": "CACHE_MODE_AUTO"},
        says=r"expected .*cache_mode.* to be one of",
    ),
    Validate(
        mistake="more monitoring addresses than a rule takes",
        address=ARMOR,
        change={
            "rule.0.match": {
                "versioned_expr": "SRC_IPS_V1",
                "config": {"src_ip_ranges": [f"203.0.113.{n}/32" for n in range(11)]},
            }
        },
        says=r"src_ip_ranges|[Tt]oo many|at most 10",
    ),
    Validate(
        mistake="an empty list of monitoring addresses",
        address=ARMOR,
        change={
            "rule.0.match": {
                "versioned_expr": "SRC_IPS_V1",
                "config": {"src_ip_ranges": []},
            }
        },
        says=r"src_ip_ranges|[Nn]ot enough|at least 1",
    ),
    Api(
        mistake="a health check on a serverless backend",
        address=API_BACKEND,
        change={"health_checks": ["projects/p/global/healthChecks/api"]},
        says=r"(?i)health ?check",
    ),
    Api(
        mistake="a timeout on a serverless backend",
        address=API_BACKEND,
        change={"timeout_sec": 60},
        says=r"(?i)timeout",
    ),
    Api(
        mistake="a forwarding rule without its scheme, which then is EXTERNAL",
        address=RULE,
        change={"load_balancing_scheme": "EXTERNAL"},
        says=r"(?i)load balancing scheme",
    ),
    Api(
        mistake="a security policy without its default rule",
        address=ARMOR,
        change={"rule.[2147483647]": REMOVED},
        says=r"(?i)default rule",
    ),
    Api(
        mistake="ban_duration_sec beside throttle",
        address=ARMOR,
        change={"rule.[2000].action": "throttle"},
        says=r"(?i)ban",
    ),
    Api(
        mistake="two rules of one priority",
        address=ARMOR,
        change={"rule.[1010].priority": 1000},
        says=r"(?i)priorit",
    ),
    Api(
        mistake="a rule set that does not exist",
        address=ARMOR,
        change={
            "rule.[1000].match.0.expr.0.expression": "evaluatePreconfiguredWaf('owasp-top-10')"
        },
        says=r"(?i)owasp-top-10|preconfigured",
    ),
    Api(
        mistake="outlier detection by success rate, with serverless groups",
        address=API_BACKEND,
        change={"outlier_detection.0.success_rate_minimum_hosts": 2},
        says=r"(?i)success.?rate",
    ),
    Api(
        mistake="a wildcard in a managed certificate",
        address="google_compute_managed_ssl_certificate.default",
        change={"managed.0.domains": ["*.grid.example.com"]},
        says=r"(?i)wildcard|domain",
    ),
    Api(
        mistake="a path with a star in the wrong place",
        address="google_compute_url_map.default",
        change={"path_matcher.0.path_rule.0.paths": ["/auth*"]},
        says=r"(?i)path",
    ),
    Policy(
        mistake="a cache policy that nothing switches on",
        address=API_BACKEND,
        change={"enable_cdn": False},
        policy=edge_policies.test_cdn_policy_exists_only_with_the_cdn,
    ),
    Policy(
        mistake="a rate limit that ends the evaluation before the WAF",
        address=ARMOR,
        change={"rule.[2000].priority": 500},
        policy=edge_policies.test_rate_limit_follows_every_waf_rule,
    ),
    Policy(
        mistake="one rate limit for all clients together",
        address=ARMOR,
        change={"rule.[2000].rate_limit_options.enforce_on_key": "ALL"},
        policy=edge_policies.test_rate_limit_counts_by_client_address,
    ),
    Policy(
        mistake="auth and ai without Cloud Armor",
        address="google_compute_backend_service.auth",
        change={"security_policy": ""},
        policy=edge_policies.test_every_backend_service_is_behind_cloud_armor,
    ),
    Policy(
        mistake="TLS of 1999",
        address="google_compute_ssl_policy.default",
        change={"min_tls_version": "TLS_1_0"},
        policy=edge_policies.test_http_only_redirects_to_https,
    ),
)
