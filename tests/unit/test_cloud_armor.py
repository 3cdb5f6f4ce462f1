"""Cloud Armor: the order of the rules, and that each is one which the API accepts."""

from functools import cache
from ipaddress import IPv4Address
from typing import Any, get_args

import pytest
from constructs.edge import CloudArmor

from environments.schema import CloudArmorConfig, RateLimitConfig
from environments.schema.security import WafRuleSet
from tests.template import Block, alone

DEFAULT_PRIORITY = 2147483647
ALL_RULE_SETS = get_args(WafRuleSet)
RATE_LIMIT = RateLimitConfig(requests=50, interval_seconds=30, ban_seconds=900)


@cache
def _ranges(number: int) -> tuple[str, ...]:
    """So many addresses to trust."""
    return tuple(f"{IPv4Address('192.0.2.0') + one}/32" for one in range(number))


EVERYTHING = CloudArmorConfig(
    allow_ranges=_ranges(25),
    deny_ranges=_ranges(12),
    waf_rule_sets=ALL_RULE_SETS,
    rate_limit=RATE_LIMIT,
)
"""Rules of every kind."""
DEFAULT = CloudArmorConfig()


@cache
def _policy(config: CloudArmorConfig = EVERYTHING) -> Any:
    template = alone(lambda stack: CloudArmor(stack, "x", config, gateway=None))
    return template.get("google_compute_security_policy.default")


def _edge() -> Any:
    template = alone(lambda stack: CloudArmor(stack, "x", EVERYTHING, gateway=None))
    return template.get("google_compute_security_policy.edge")


def _kind(rule: Block) -> str:
    if rule["priority"] == DEFAULT_PRIORITY:
        return "default"
    if rule["action"] == "deny(403)":
        return "waf" if "expr" in rule["match"] else "denied"
    return "trusted" if rule["action"] == "allow" else "rate limit"


def _rules(kind: str, config: CloudArmorConfig = EVERYTHING) -> list[Any]:
    """Return the rules of a kind in the order in which they are evaluated."""
    rules = sorted(_policy(config)["rule"], key=lambda rule: rule["priority"])
    return [rule for rule in rules if _kind(rule) == kind]


def _priorities(kind: str) -> list[int]:
    return [rule["priority"] for rule in _rules(kind)]


def test_trusted_addresses_are_evaluated_before_the_waf() -> None:
    assert max(_priorities("trusted")) < min(_priorities("waf"))


def test_denied_addresses_are_evaluated_between_the_waf_and_the_rate_limit() -> None:
    assert max(_priorities("waf")) < min(_priorities("denied"))
    assert max(_priorities("denied")) < min(_priorities("rate limit"))


def test_every_denied_range_is_in_a_rule_of_both_policies() -> None:
    for rules in (_rules("denied"), [rule for rule in _edge()["rule"] if "deny" in rule["action"]]):
        kept = [one for rule in rules for one in rule["match"]["config"]["src_ip_ranges"]]
        assert kept == list(_ranges(12))
        assert {rule["preview"] for rule in rules} == {False}


def test_edge_policy_matches_addresses_only() -> None:
    policy = _edge()
    assert policy["type"] == "CLOUD_ARMOR_EDGE"
    assert all("config" in rule["match"] for rule in policy["rule"])
    assert {rule["action"] for rule in policy["rule"]} == {"allow", "deny(403)"}


def test_rule_set_in_preview_does_not_deny() -> None:
    config = CloudArmorConfig(preview_rule_sets=["lfi-v33-stable"])
    previews = {rule["description"]: rule["preview"] for rule in _rules("waf", config)}
    assert [name for name, preview in previews.items() if preview] == ["WAF lfi-v33-stable"]


def test_default_rule_sets_cover_injection_inclusion_execution_scanners_and_protocols() -> None:
    names = {rule["description"].split()[1].split("-")[0] for rule in _rules("waf", DEFAULT)}
    assert names == {"sqli", "xss", "lfi", "rce", "scannerdetection", "protocolattack"}


def test_default_rule_is_at_the_priority_that_the_api_requires() -> None:
    [default] = _rules("default")
    assert default["match"]["config"]["src_ip_ranges"] == ["*"]


def test_default_rule_allows() -> None:
    [default] = _rules("default")
    assert default["action"] == "allow"


def test_rule_priorities_are_unique() -> None:
    priorities = [rule["priority"] for rule in _policy()["rule"]]
    assert len(priorities) == len(set(priorities)) == 3 + len(ALL_RULE_SETS) + 2 + 2


@pytest.mark.parametrize(
    ("number", "chunks"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])]
)
def test_trusted_ranges_are_split_into_rules_of_ten(number: int, chunks: list[int]) -> None:
    rules = _rules("trusted", CloudArmorConfig(allow_ranges=_ranges(number)))
    assert [len(rule["match"]["config"]["src_ip_ranges"]) for rule in rules] == chunks


@pytest.mark.parametrize("number", [1, 10, 11, 25])
def test_every_trusted_range_is_in_a_rule(number: int) -> None:
    rules = _rules("trusted", CloudArmorConfig(allow_ranges=_ranges(number)))
    kept = [one for rule in rules for one in rule["match"]["config"]["src_ip_ranges"]]
    assert kept == list(_ranges(number))


def test_trusted_range_can_be_ipv6() -> None:
    [rule] = _rules("trusted", CloudArmorConfig(allow_ranges=("2001:db8::/32",)))
    assert rule["match"]["config"]["src_ip_ranges"] == ["2001:db8::/32"]


@pytest.mark.parametrize("sensitivity", [1, 4])
def test_waf_evaluates_a_rule_set_at_the_configured_sensitivity(sensitivity: int) -> None:
    config = CloudArmorConfig(waf_rule_sets=["xss-v33-stable"], waf_sensitivity=sensitivity)
    [rule] = _rules("waf", config)
    expected = f"evaluatePreconfiguredWaf('xss-v33-stable', {{'sensitivity': {sensitivity}}})"
    assert rule["match"]["expr"]["expression"] == expected


def test_each_rule_set_has_one_rule_in_configured_order() -> None:
    config = CloudArmorConfig(waf_rule_sets=["xss-v33-stable", "sqli-v33-stable"])
    expressions = [rule["match"]["expr"]["expression"] for rule in _rules("waf", config)]
    assert ["xss" in expression for expression in expressions] == [True, False]
    assert ["sqli" in expression for expression in expressions] == [False, True]


def test_waf_rules_deny_with_403() -> None:
    assert {rule["action"] for rule in _rules("waf")} == {"deny(403)"}
    assert len(_rules("waf")) == len(ALL_RULE_SETS)


@pytest.mark.parametrize("kind", ["waf", "rate limit"])
@pytest.mark.parametrize("preview", [True, False])
def test_preview_applies_to_waf_and_rate_limit(kind: str, preview: bool) -> None:
    rules = _rules(kind, CloudArmorConfig(preview=preview))
    assert {rule["preview"] for rule in rules} == {preview}


@pytest.mark.parametrize("kind", ["trusted", "default"])
def test_preview_does_not_apply_to_allow_rules(kind: str) -> None:
    rules = _rules(kind, CloudArmorConfig(preview=True, allow_ranges=_ranges(1)))
    assert {rule["preview"] for rule in rules} == {False}


def test_rate_limit_has_the_configured_threshold() -> None:
    [rule] = _rules("rate limit")
    threshold = rule["rate_limit_options"]["rate_limit_threshold"]
    assert threshold == {"count": 50, "interval_sec": 30}


def test_rate_limit_bans_for_the_configured_time() -> None:
    [rule] = _rules("rate limit")
    assert rule["action"] == "rate_based_ban"
    assert rule["rate_limit_options"]["ban_duration_sec"] == 900


def test_rate_limit_denies_with_429_above_the_threshold() -> None:
    [rule] = _rules("rate limit")
    options = rule["rate_limit_options"]
    assert (options["conform_action"], options["exceed_action"]) == ("allow", "deny(429)")


def test_rate_limit_matches_every_address() -> None:
    [rule] = _rules("rate limit")
    assert rule["match"]["config"]["src_ip_ranges"] == ["*"]


def test_only_the_rate_limit_rule_has_rate_limit_options() -> None:
    with_options = [rule["action"] for rule in _policy()["rule"] if "rate_limit_options" in rule]
    assert with_options == ["rate_based_ban"]


def test_rule_matches_either_by_address_or_by_expression() -> None:
    for rule in _policy()["rule"]:
        match = rule["match"]
        by_address = match.get("versioned_expr") == "SRC_IPS_V1" and "config" in match
        assert by_address != ("expr" in match), rule
        assert ("versioned_expr" in match) == ("config" in match), rule


def test_rule_descriptions_are_within_the_api_limit() -> None:
    assert all(0 < len(rule["description"]) <= 64 for rule in _policy()["rule"])


@pytest.mark.parametrize(("verbose", "level"), [(True, "VERBOSE"), (False, "NORMAL")])
def test_logs_are_verbose_when_configured(verbose: bool, level: str) -> None:
    options = _policy(CloudArmorConfig(verbose_logs=verbose))["advanced_options_config"]
    assert options["log_level"] == level


def test_waf_reads_json_bodies() -> None:
    assert _policy()["advanced_options_config"]["json_parsing"] == "STANDARD"


def test_adaptive_protection_is_on() -> None:
    protection = _policy()["adaptive_protection_config"]
    assert protection == {"layer_7_ddos_defense_config": {"enable": True}}


def test_policy_type_is_cloud_armor() -> None:
    assert _policy()["type"] == "CLOUD_ARMOR"
