"""Cloud Armor: the web application firewall and the rate limit of every backend service."""

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

from environments.rules.sizes import ALLOW_RULES
from environments.schema import CloudArmorConfig, RateLimitConfig
from facts import cloud_armor

ALLOW_PRIORITY = 100
WAF_PRIORITY = ALLOW_PRIORITY + ALLOW_RULES
WAF_STEP = 10
RATE_LIMIT_PRIORITY = 2000
DEFAULT_PRIORITY = 2147483647
"""Every policy must have a rule here. Source: provider doc google_compute_security_policy."""


class CloudArmor(GridConstruct):
    """The security policy of the API.

    The first rule that matches decides, so the order is: trusted addresses, then the WAF, then the
    rate limit, which matches everything, then the default. A rate limit before the WAF would end
    the evaluation of every request that it lets pass.
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
        policy = ComputeSecurityPolicy(
            self,
            "default",
            name=self.names.compute("security-policy"),
            type="CLOUD_ARMOR",
            rule=[
                *_allow([*map(str, config.allow_ranges), *own]),
                *_firewall(config),
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
        self._policy_id = policy.id

    @property
    def policy_id(self) -> str:
        """Id of the policy, for backend services."""
        return self._policy_id


def _allow(ranges: Sequence[str]) -> list[Rule]:
    """Trusted addresses, ten to a rule."""
    most = cloud_armor.max_ranges_of_rule()
    chunks = [ranges[i : i + most] for i in range(0, len(ranges), most)]
    return [
        Rule(
            description="Trusted addresses",
            action="allow",
            priority=priority,
            preview=False,
            match=Match(versioned_expr="SRC_IPS_V1", config=MatchConfig(src_ip_ranges=chunk)),
        )
        for priority, chunk in zip(count(ALLOW_PRIORITY), chunks, strict=False)
    ]


def _firewall(config: CloudArmorConfig) -> list[Rule]:
    """One rule for each preconfigured rule set."""
    options = f"{{'sensitivity': {config.waf_sensitivity}}}"
    return [
        Rule(
            description=f"WAF {rule_set}",
            action="deny(403)",
            priority=priority,
            preview=config.preview,
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
