"""Cloud Armor: what its API rejects."""

from typing import Any

import pytest
from resources import (
    POLICY,
)
from rule_cases import RuleCase, check_both

ARMOR = "google_compute_security_policy"
RATE = "rule.1.rate_limit_options.0"
EXPR = "rule.0.match.0.expr.0.expression"


def armor(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual policy."""
    return RuleCase(f"compute.cloud_armor.{rule}", ARMOR, POLICY, change, message, **more)


CASES = [
    armor("default_rule", {"rule.2.priority": 2147483646}, "default rule at priority 2147483647"),
    armor(
        "default_rule",
        {"rule.2.match.0.config.0.src_ip_ranges": ["10.0.0.0/8"]},
        "match condition *",
    ),
    armor("same_priority", {"rule.0.priority": 2000}, "Two rules have the same priority"),
    armor(
        "match",
        {"rule.1.match.0.config.0.src_ip_ranges": [f"10.{n}.0.0/16" for n in range(11)]},
        "at most 10",
    ),
    armor("match", {EXPR: " && ".join(["true"] * 6)}, "at most 5 subexpressions"),
    armor("match", {"rule.0.match": [{}]}, "a match condition is required"),
    *(
        armor("action", {"rule.0.action": named}, f"'{named}'")
        for named in ("deny(401)", "deny(429)", "deny(503)", "deny", "fairshare")
    ),
    *(
        armor("action", {"type": edge, "rule.0.action": "redirect"}, "'redirect'")
        for edge in ("CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_INTERNAL_SERVICE")
    ),
    armor(
        "action",
        {"type": "CLOUD_ARMOR_EDGE", f"{RATE}.exceed_action": "redirect"},
        "rateLimitOptions.exceedAction': 'redirect'",
    ),
    armor("ban", {"rule.1.action": "throttle"}, "Can only be specified if the action"),
    armor("ban", {f"{RATE}.ban_duration_sec": None}, "must be specified if the action"),
    armor("ban", {f"{RATE}.ban_duration_sec": 30}, "between 60 and 86400"),
    armor(
        "rate",
        {
            "rule.1.rate_limit_options": [],
        },
        "must be specified for action",
    ),
    armor(
        "rate",
        {"rule.0.rate_limit_options": [{"conform_action": "allow"}]},
        "may only be specified",
    ),
    armor("rate", {f"{RATE}.rate_limit_threshold.0.interval_sec": 45}, "'45'"),
    armor("rate", {f"{RATE}.rate_limit_threshold.0.interval_sec": 420}, "'420'"),
    armor("rate", {f"{RATE}.rate_limit_threshold.0.count": 10001}, "between 1 and 10000"),
    armor("rate", {f"{RATE}.conform_action": "deny"}, 'must be "allow"'),
    armor(
        "keys", {f"{RATE}.enforce_on_key_configs": [{"enforce_on_key_type": "IP"}]}, "must be empty"
    ),
    armor("keys", {f"{RATE}.enforce_on_key": "HTTP_HEADER"}, "enforceOnKeyName"),
    armor("waf", {EXPR: "evaluatePreconfiguredWaf('sqli-v34-stable')"}, "not a preconfigured"),
    armor("waf", {EXPR: "evaluatePreconfiguredExpr('owasp')"}, "not a preconfigured"),
    armor(
        "waf",
        {EXPR: "evaluatePreconfiguredWaf('xss-v33-stable', {'sensitivity': 5})"},
        "sensitivity 5",
    ),
    armor("description", {"rule.0.description": "x" * 65}, "at most 64"),
    armor("quotas", {}, "SECURITY_POLICY_RULES", bad_quotas={"security_policy_rules": 2}),
    armor("quotas", {}, "CEVAL", bad_quotas={"security_policy_advanced_rules": 0}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)
