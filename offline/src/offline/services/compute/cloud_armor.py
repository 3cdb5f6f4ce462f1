"""Cloud Armor: the default rule, priorities, rate limits, preconfigured WAF rules."""

import re
from collections.abc import Iterator

from facts.cloud_armor import ban_seconds_range, exceed_actions, rate_limit_intervals, rule_actions
from offline.services.context import Block, RuleContext, at, blocks, number, text
from offline.services.registry import rule

TYPE = "google_compute_security_policy"
DEFAULT_PRIORITY = 2_147_483_647
INTERVALS = rate_limit_intervals()
_FAMILIES = (
    "cve-canary json-sqli-canary sqli-v33 xss-v33 lfi-v33 rfi-v33 rce-v33 methodenforcement-v33 "
    "scannerdetection-v33 protocolattack-v33 php-v33 sessionfixation-v33 java-v33 nodejs-v33 "
    "sqli-v422 xss-v422 lfi-v422 rfi-v422 rce-v422 methodenforcement-v422 scannerdetection-v422 "
    "protocolattack-v422 php-v422 sessionfixation-v422 java-v422 generic-v422 "
    "sqli xss lfi rfi rce methodenforcement scannerdetection protocolattack php sessionfixation"
).split()
WAF_RULES = frozenset(
    [f"{name}-{channel}" for name in _FAMILIES for channel in ("stable", "canary")]
    + ["cve-canary", "json-sqli-canary"]
)
"""Names of the preconfigured rule sets (doc: Cloud Armor, 'Preconfigured WAF rules overview')."""

_WAF = re.compile(r"evaluatePreconfigured(Waf|Expr)\(\s*'([^']*)'")
_SENSITIVITY = re.compile(r"'sensitivity'\s*:\s*([^,}\s]+)")


def _rules(context: RuleContext) -> Iterator[tuple[Block, int]]:
    for rule_ in context.blocks("rule"):
        yield rule_, int(number(rule_, "priority") or 0)


def _everyone(block: Block) -> bool:
    return "*" in (at(block, "match.config.src_ip_ranges") or ())


@rule(TYPE)
def default_rule(context: RuleContext) -> str | None:
    """Reject a policy whose rules have no default at 2147483647 that matches everyone."""
    items = list(_rules(context))
    edge = context.text("type") not in ("", "CLOUD_ARMOR", "CLOUD_ARMOR_EDGE")
    if not items or edge:
        return None
    if any(priority == DEFAULT_PRIORITY and _everyone(item) for item, priority in items):
        return None
    return (
        f"Every security policy must have a default rule at priority {DEFAULT_PRIORITY} with match "
        "condition *., invalid"
    )


@rule(TYPE)
def same_priority(context: RuleContext) -> str | None:
    """Two rules with the same priority."""
    priorities = [priority for _, priority in _rules(context)]
    if len(set(priorities)) == len(priorities):
        return None
    return "Two rules have the same priority, please update one of the priorities to be different."


@rule(TYPE)
def match(context: RuleContext) -> str | None:
    """Reject a rule without a condition, with both kinds of it, or with more than 10 address
    ranges.
    """
    for block, priority in _rules(context):
        ranges = at(block, "match.config.src_ip_ranges") or ()
        expression = text(block, "match.expr.expression")
        versioned = text(block, "match.versioned_expr")
        if len(ranges) > 10:
            return (
                "Invalid value for field "
                f"'resource.rules[{priority}].match.config.srcIpRanges': at most 10 IP ranges "
                f"are allowed, got {len(ranges)}., invalid"
            )
        if (
            not expression
            and not versioned
            and at(block, "match.expr.expression") is None
            and not ranges
        ):
            return (
                f"Invalid value for field 'resource.rules[{priority}].match': a match "
                "condition is required., invalid"
            )
        if expression and versioned:
            return (
                f"Invalid value for field 'resource.rules[{priority}].match': only one of "
                "versionedExpr and expr may be set., invalid"
            )
        if expression and _clauses(expression) > 5:
            return (
                f"Invalid value for field 'resource.rules[{priority}].match.expr': at most 5 "
                "subexpressions are allowed., invalid"
            )
    return None


def _clauses(expression: str) -> int:
    return 1 + expression.count("&&") + expression.count("||")


@rule(TYPE)
def action(context: RuleContext) -> str | None:
    """Reject an action that policies of this type do not have; the provider takes any text.

    429 is a status of a rate limit alone.
    """
    kind = context.text("type")
    for block, priority in _rules(context):
        limit = text(block, "rate_limit_options.exceed_action")
        for field, named, supported in (
            ("action", text(block, "action"), rule_actions(kind)),
            ("rateLimitOptions.exceedAction", limit, exceed_actions(kind)),
        ):
            if named and named not in supported:
                return (
                    f"Invalid value for field 'resource.rules[{priority}].{field}': '{named}'. "
                    f"Supported actions are {', '.join(sorted(supported))}., invalid"
                )
    return None


@rule(TYPE)
def ban(context: RuleContext) -> str | None:
    """Fields of a ban without rate_based_ban, or a ban without its duration."""
    for block, priority in _rules(context):
        where = f"Invalid value for field 'resource.rules[{priority}].rateLimitOptions"
        banning = text(block, "action") == "rate_based_ban"
        duration = number(block, "rate_limit_options.ban_duration_sec")
        threshold = blocks(block, "rate_limit_options.ban_threshold")
        if (duration or threshold) and not banning:
            return (
                f"{where}.banDurationSec': Can only be specified if the action for the rule "
                'is "rate_based_ban"., invalid'
            )
        if banning and at(block, "rate_limit_options") and not duration:
            return (
                f"{where}.banDurationSec': must be specified if the action is "
                '"rate_based_ban"., invalid'
            )
        low, high = ban_seconds_range()
        if banning and duration and not low <= duration <= high:
            actual = f"{where}.banDurationSec': '{duration:.0f}'"
            return f"{actual}. Must be between {low} and {high}., invalid"
    return None


@rule(TYPE)
def rate(context: RuleContext) -> str | None:
    """Reject a rate limit without options, with an interval or count that is not offered, or
    options without a rate limit.
    """
    for block, priority in _rules(context):
        where = f"Invalid value for field 'resource.rules[{priority}].rateLimitOptions"
        limiting = text(block, "action") in ("throttle", "rate_based_ban")
        options = blocks(block, "rate_limit_options")
        if limiting and not options:
            return f"{where}': must be specified for action {text(block, 'action')}., invalid"
        if options and not limiting:
            return (
                f"{where}': may only be specified for actions throttle and rate_based_ban., invalid"
            )
        for field in ("rate_limit_threshold", "ban_threshold"):
            interval = number(block, f"rate_limit_options.{field}.interval_sec")
            count = number(block, f"rate_limit_options.{field}.count")
            if interval is not None and interval not in INTERVALS:
                return (
                    f"{where}.{field}.intervalSec': '{interval:.0f}'. Must be one of "
                    f"{', '.join(map(str, sorted(INTERVALS)))}., invalid"
                )
            if count is not None and not 1 <= count <= _most(text(block, "action")):
                return (
                    f"{where}.{field}.count': '{count:.0f}'. Must be between 1 and "
                    f"{_most(text(block, 'action'))}., invalid"
                )
        if limiting and text(block, "rate_limit_options.conform_action") not in ("", "allow"):
            return f'{where}.conformAction\': must be "allow"., invalid'
    return None


def _most(action_: str) -> int:
    return 10_000 if action_ == "rate_based_ban" else 1_000_000


@rule(TYPE)
def keys(context: RuleContext) -> str | None:
    """enforce_on_key together with enforce_on_key_configs, or a key that needs a name without
    one.
    """
    for block, priority in _rules(context):
        where = f"Invalid value for field 'resource.rules[{priority}].rateLimitOptions"
        key = text(block, "rate_limit_options.enforce_on_key")
        configs = blocks(block, "rate_limit_options.enforce_on_key_configs")
        name = text(block, "rate_limit_options.enforce_on_key_name")
        if key and configs:
            return f"{where}.enforceOnKey': must be empty if enforceOnKeyConfigs is set., invalid"
        if key in ("HTTP_HEADER", "HTTP_COOKIE") and not name:
            return f"{where}.enforceOnKeyName': must be set for {key}., invalid"
        if len(configs) > 3:
            return f"{where}.enforceOnKeyConfigs': at most 3 are allowed., invalid"
    return None


@rule(TYPE)
def waf(context: RuleContext) -> str | None:
    """Reject a preconfigured rule set that does not exist, or a sensitivity out of 0 to 4."""
    for block, priority in _rules(context):
        expression = text(block, "match.expr.expression")
        where = f"Invalid value for field 'resource.rules[{priority}].match.expr'"
        for function, name in _WAF.findall(expression):
            if name not in WAF_RULES:
                return (
                    f"{where}: evaluatePreconfigured{function}: '{name}' is not a "
                    "preconfigured WAF rule set., invalid"
                )
        for level in _SENSITIVITY.findall(expression):
            if level not in ("0", "1", "2", "3", "4"):
                return f"{where}: sensitivity {level} must be an integer from 0 to 4., invalid"
    return None


@rule(TYPE)
def description(context: RuleContext) -> str | None:
    """Reject a rule's description of more than 64 characters."""
    for block, priority in _rules(context):
        words = text(block, "description")
        if len(words) > 64:
            return (
                f"Invalid value for field 'resource.rules[{priority}].description': "
                f"'{words}'. Must be at most 64 characters long., invalid"
            )
    return None


@rule(TYPE, code=403)
def quotas(context: RuleContext) -> str | None:
    """More rules, or more rules with expressions, than the project may have."""
    policies = [*context.others(TYPE), context.planned]
    rules_ = [rule_ for policy in policies for rule_ in blocks(policy, "rule")]
    advanced = [item for item in rules_ if text(item, "match.expr.expression")]
    for found, name, metric in (
        (rules_, "security_policy_rules", "SECURITY_POLICY_RULES"),
        (advanced, "security_policy_advanced_rules", "SECURITY_POLICY_CEVAL_RULES"),
    ):
        limit = context.quotas.limit(name, project=context.project)
        if len(found) > limit:
            return f"Quota '{metric}' exceeded. Limit: {limit:.1f} globally., quotaExceeded"
    return None
