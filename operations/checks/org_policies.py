"""Organization policies that forbid what the platform does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from operations.checks.constraints import CONSTRAINTS, Constraint
from operations.checks.finding import Finding, Findings, Subject

_LOCATIONS = re.compile(
    r"in:(africa|asia|australia|europe|me|northamerica|southamerica|us)(-[a-z]+[0-9]+)?-locations"
)
"""The groups of a continent's regions, and of a region."""


def policies(subject: Subject) -> Findings:
    """No effective policy forbids what the stack needs."""
    api = subject.session.google.api("orgpolicy", "v2").projects().policies()
    for constraint in CONSTRAINTS:
        stacks = (subject.stack, *([subject.bootstrap] if subject.bootstrap else []))
        needs = sorted({need for stack in stacks for need in constraint.needs(stack)})
        if not needs:
            continue
        name = f"projects/{subject.project}/policies/{constraint.name}"
        policy = subject.session.client.find(api.getEffectivePolicy(name=name)) or {}
        yield _evaluate(constraint, needs, policy.get("spec", {}).get("rules", []), subject.project)


def _evaluate(
    constraint: Constraint, needs: list[str], rules: list[Mapping[str, Any]], project: str
) -> Finding:
    what = f"policy {constraint.name}"
    forbidden = [value for value in needs if forbids(rules, value)]
    unclear = [value for rule in rules for value in _values(rule, "denied") if _is_group(value)]
    if not forbidden and not unclear:
        return Finding(severity="ok", what=what, actual="allows what is needed")
    advice = (
        f"gcloud org-policies describe {constraint.name} --effective --project={project}, "
        "and ask who keeps the organization's policies for an exception" + constraint.alternative
    )
    if not forbidden:
        return Finding(
            severity="warning",
            what=what,
            actual=f"denies {', '.join(unclear)}; is {', '.join(needs)} among them?",
            expected=constraint.because,
            advice=advice,
        )
    conditional = any("condition" in rule for rule in rules)
    grouped = any(_is_group(value) for rule in rules for value in _values(rule, "allowed"))
    is_certain = constraint.is_confirmed and not conditional and not grouped
    return Finding(
        severity="error" if is_certain else "warning",
        what=what,
        actual=f"forbids {', '.join(forbidden)}"
        + (", unless a group of values or a condition allows it" if conditional or grouped else ""),
        expected=constraint.because,
        advice=advice,
    )


def forbids(rules: Iterable[Mapping[str, Any]], value: str) -> bool:
    """Whether the rules of an effective policy forbid a value; `enforced` stands for being on. A
    managed constraint that is on allows the values of its parameters.

    Of groups, only those of locations are known.
    """
    allowed: list[str] = []
    for rule in rules:
        denied = any(_fits(listed, value) for listed in _values(rule, "denied"))
        enforced = rule.get("enforce") and value not in _parameters(rule)
        if rule.get("denyAll") or denied or enforced:
            return True
        if rule.get("allowAll"):
            return False
        allowed += _values(rule, "allowed")
    return bool(allowed) and not any(_fits(listed, value) for listed in allowed)


def _values(rule: Mapping[str, Any], kind: str) -> list[str]:
    return [str(listed) for listed in rule.get("values", {}).get(f"{kind}Values", [])]


def _parameters(rule: Mapping[str, Any]) -> list[str]:
    """Return the values of the parameters of a managed constraint, whatever their names are."""
    lists = rule.get("parameters", {}).values()
    return [str(value) for values in lists if isinstance(values, list) for value in values]


def _fits(given: str, value: str) -> bool:
    """Whether a policy's value means this one.

    `in:us-east1-locations` is the region, and `in:us-locations` every region whose name begins so
    ("Restricting resource locations", value groups). `in:eu-locations`, which leaves out some of
    europe-…, is not known here.
    """
    region = given.removeprefix("in:").removesuffix("-locations")
    if given == f"in:{region}-locations":
        return f"{value}-".startswith(f"{region}-")
    return given.removeprefix("is:") == value


def _is_group(given: str) -> bool:
    """Whether a policy's value means others that are not known here."""
    return given.startswith("under:") or (
        given.startswith("in:") and not _LOCATIONS.fullmatch(given)
    )
