"""Cloud Armor: the web application firewall and the rate limit of every backend service, and the
policy in front of the caches.
"""

from collections.abc import Sequence
from itertools import count

from cdktf_cdktf_provider_google.compute_security_policy import (
    ComputeSecurityPolicy,
    ComputeSecurityPolicyAdaptiveProtectionConfig as AdaptiveProtection,
    ComputeSecurityPolicyAdaptiveProtectionConfigLayer7DdosDefenseConfig as Layer7Defense,
    ComputeSecurityPolicyAdvancedOptionsConfig as AdvancedOptions,
    ComputeSecurityPolicyRule as Rule,
    ComputeSecurityPolicyRuleMatch as Match,
    ComputeSecurityPolicyRuleMatchConfig as MatchConfig,
    ComputeSecurityPolicyRuleMatchExpr as MatchExpression,
    ComputeSecurityPolicyRuleRateLimitOptions as RateLimitOptions,
    ComputeSecurityPolicyRuleRateLimitOptionsRateLimitThreshold as Threshold,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.gateway import Gateway

from environments.rules.sizes import ALLOW_RULES, DENY_RULES
from environments.schema import CloudArmorConfig, RateLimitConfig
from facts import cloud_armor

ALLOW_PRIORITY = 100
WAF_PRIORITY = ALLOW_PRIORITY + ALLOW_RULES
WAF_STEP = 10
RATE_LIMIT_PRIORITY = 2000
DENY_PRIORITY = RATE_LIMIT_PRIORITY - DENY_RULES
DEFAULT_PRIORITY = 2147483647
"""Every policy must have a rule here. Source: provider doc google_compute_security_policy."""


class CloudArmor(GridConstruct):
    """The security policy of the API.

    The first rule that matches decides, so the order is: trusted addresses, then the WAF, then
    denied addresses, then the rate limit, which matches everything, then the default. A rate limit
    before the WAF would end the evaluation of every request that it allows.

    What Cloud CDN answers from its cache does not pass this policy. The edge policy is in front of
    the caches; its rules can match addresses and not contents. Source: Cloud Armor, "Security
    policy overview", https://cloud.google.com/armor/docs/security-policy-overview.
    """

    APIS = ("compute",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: CloudArmorConfig,
        *,
        gateway: Gateway | None,
    ) -> None:
        """Make the policy. What the gateway sends has passed it once, at the gateway's host, under
        the client's address; from the gateway's own it would all count as one client.
        """
        super().__init__(scope, id_)
        own = [f"{address}/32" for address in gateway.egress] if gateway else []
        trusted = _addresses(
            "Trusted addresses", "allow", ALLOW_PRIORITY, [*map(str, config.allow_ranges), *own]
        )
        denied = _addresses(
            "Denied addresses", "deny(403)", DENY_PRIORITY, [*map(str, config.deny_ranges)]
        )
        policy = ComputeSecurityPolicy(
            self,
            "default",
            name=self.names.compute("security-policy"),
            type="CLOUD_ARMOR",
            rule=[
                *trusted,
                *_firewall(config),
                *denied,
                _rate_limit(config.rate_limit, preview=config.preview),
                _everyone("Default", DEFAULT_PRIORITY, action="allow"),
            ],
            adaptive_protection_config=AdaptiveProtection(
                layer7_ddos_defense_config=Layer7Defense(enable=True)
            ),
            advanced_options_config=AdvancedOptions(
                json_parsing="STANDARD",
                log_level="VERBOSE" if config.verbose_logs else "NORMAL",
            ),
            depends_on=self.apis("compute"),
        )
        edge = ComputeSecurityPolicy(
            self,
            "edge",
            name=self.names.compute("edge-policy"),
            type="CLOUD_ARMOR_EDGE",
            rule=[*trusted, *denied, _everyone("Default", DEFAULT_PRIORITY, action="allow")],
            depends_on=self.apis("compute"),
        )
        self._policy_id, self._edge_policy_id = policy.id, edge.id

    @property
    def policy_id(self) -> str:
        """Id of the policy, for backend services."""
        return self._policy_id

    @property
    def edge_policy_id(self) -> str:
        """Id of the policy in front of Cloud CDN, for backends with a cache."""
        return self._edge_policy_id


def _addresses(description: str, action: str, first: int, ranges: Sequence[str]) -> list[Rule]:
    """Return rules that match addresses, ten to a rule."""
    most = cloud_armor.max_ranges_of_rule()
    chunks = [ranges[i : i + most] for i in range(0, len(ranges), most)]
    return [
        Rule(
            description=description,
            action=action,
            priority=priority,
            preview=False,
            match=Match(versioned_expr="SRC_IPS_V1", config=MatchConfig(src_ip_ranges=chunk)),
        )
        for priority, chunk in zip(count(first), chunks, strict=False)
    ]


def _firewall(config: CloudArmorConfig) -> list[Rule]:
    """One rule for each preconfigured rule set."""
    options = f"{{'sensitivity': {config.waf_sensitivity}}}"
    return [
        Rule(
            description=f"WAF {rule_set}",
            action="deny(403)",
            priority=priority,
            preview=config.preview or rule_set in config.preview_rule_sets,
            match=Match(
                expr=MatchExpression(
                    expression=f"evaluatePreconfiguredWaf('{rule_set}', {options})"
                )
            ),
        )
        for priority, rule_set in zip(
            count(WAF_PRIORITY, WAF_STEP), config.waf_rule_sets, strict=False
        )
    ]


def _rate_limit(config: RateLimitConfig, *, preview: bool) -> Rule:
    """So many requests per client address, then a ban. Each backend service counts by itself."""
    return _everyone(
        "Rate limit per client address",
        RATE_LIMIT_PRIORITY,
        action="rate_based_ban",
        preview=preview,
        rate_limit_options=RateLimitOptions(
            enforce_on_key="IP",
            conform_action="allow",
            exceed_action="deny(429)",
            rate_limit_threshold=Threshold(
                count=config.requests, interval_sec=config.interval_seconds
            ),
            ban_duration_sec=config.ban_seconds,
        ),
    )


def _everyone(
    description: str,
    priority: int,
    *,
    action: str,
    preview: bool = False,
    rate_limit_options: RateLimitOptions | None = None,
) -> Rule:
    return Rule(
        description=description,
        action=action,
        priority=priority,
        preview=preview,
        match=Match(versioned_expr="SRC_IPS_V1", config=MatchConfig(src_ip_ranges=["*"])),
        rate_limit_options=rate_limit_options,
    )
