"""A rule is checked twice: it accepts the valid resource and rejects the changed one."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.engine.iam import named
from offline.provider_facts import facts, fill
from offline.schema.blocks import Block
from offline.services.catalog import check, check_delete
from offline.services.registry import ApiError

PROJECT = "acme-test"
GONE: Any = object()
"""In a change: take the attribute away."""

Resources = tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True)
class RuleCase:
    """What a rule rejects.

    `change`: dotted paths (with indexes) -> new values, over `good`. `world`: what exists for both;
    `bad_world`: what exists next to it, or instead of it when `instead`, for the bad one. `prior`:
    the resource before an update.
    """

    rule: str
    type: str
    good: Mapping[str, Any]
    change: Mapping[str, Any]
    message: str
    cloud: Resources = ()
    bad_cloud: Resources = ()
    instead: bool = False
    prior: Mapping[str, Any] | None = None
    quotas: Mapping[str, float] = field(default_factory=dict)
    enabled: frozenset[str] | None = None
    bad_quotas: Mapping[str, float] | None = None
    bad_delayed: Mapping[str, int] = field(default_factory=dict)
    delete: bool = False

    def __str__(self) -> str:
        return f"{self.rule}-{'+'.join(self.change) or 'world'}"


def whole(type_: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes with a project and an id."""
    result: dict[str, Any] = {"project": PROJECT, **deepcopy(dict(attributes))}
    form = facts(type_).id_format
    if "id" not in result:
        try:
            result["id"] = named(type_, Block(), result).get("id") or fill(form or "{id}", result)
        except KeyError:
            result["id"] = str(sorted(map(str, result.items())))
    return result


def cloud_of(resources: Resources) -> FakeCloud:
    """Return a cloud in memory with some resources."""
    cloud = FakeCloud()
    for type_, attributes in resources:
        result = whole(type_, attributes)
        cloud.put(type_, result["id"], result, action="create")
    return cloud


def changed(good: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with other values at dotted paths."""
    result = deepcopy(dict(good))
    for path, value in change.items():
        place: Any = result
        *steps, last = path.split(".")
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        if value is GONE:
            del place[last]
        elif isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value
    return result


def evaluate(case: RuleCase, *, bad: bool) -> ApiError | None:
    """Return the first error or warning of the rules for the valid or the invalid resource."""
    resources = case.cloud
    if bad:
        resources = case.bad_cloud if case.instead else (*case.cloud, *case.bad_cloud)
    limits = case.bad_quotas if bad and case.bad_quotas is not None else case.quotas
    planned = whole(case.type, changed(case.good, case.change if bad else {}))
    if not case.delete and case.prior is None:
        planned.pop("id", None)  # not known before it is made
    prior = None if case.prior is None else whole(case.type, case.prior)
    quotas = Quotas(limits, case.enabled, case.bad_delayed if bad else {})
    cloud = cloud_of(resources)
    try:
        if case.delete:
            warnings = check_delete(case.type, planned, cloud, quotas)
        else:
            warnings = check(case.type, planned, prior, cloud, quotas)
    except ApiError as error:
        return error
    return next(iter(warnings), None)


def check_both(case: RuleCase) -> None:
    """Assert that the neighbour passes and the change is rejected by the rule, in its words."""
    passed = evaluate(case, bad=False)
    assert passed is None, f"the legal neighbour: {passed!r}"
    error = evaluate(case, bad=True)
    assert error is not None, "not refused"
    assert (error.rule, case.message in error.reason) == (case.rule, True), error.reason
