"""`python -m tests.effects`: derive what a change of each key of an environment file does.

For each key, a fixture is synthesized with two values of the key. The provider's facts say which
difference replaces a resource, and the price list which one changes the cost.
"""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from contract import costs
from environments import Environment
from environments.checking import check
from environments.field_types import literals
from environments.reference import EFFECTS, NAME, UNKNOWN, Key, keys
from offline.provider_facts.loader import facts
from offline.provider_facts.model import TypeFacts
from tests.template import Template, bootstrap, data, platform

FIXTURES = ("prod", "dev")
IN_PLACE = "in place"
ONE_VALUE = "one value"
FIXED = "fixed"
"""Terraform stops with an error: constructs/lifecycle.py."""


def main() -> None:
    """Write the effects of all keys."""
    effects = {key.dotted: derive(key) for key in keys() if not key.section}
    EFFECTS.write_text(json.dumps(effects, indent=2) + "\n", encoding="utf-8")


def derive(key: Key) -> str:
    """Return the effect of a change of the key, `unknown` where no valid change is found."""
    if len(literals(key.field.annotation)) == 1:
        return ONE_VALUE
    found = edit(key)
    if found is None:
        return UNKNOWN
    effects = list(_effects(found.before, found.after))
    return ", ".join(dict.fromkeys(effects)) or "no change"


@dataclass(frozen=True)
class KeyEdit:
    """A valid edit of one key in a fixture."""

    fixture: str
    path: tuple[str, ...]
    value: Any
    """The new value."""
    content: Mapping[str, Any]
    """The environment file after the edit."""
    before: Environment
    after: Environment


def edit(key: Key) -> KeyEdit | None:
    """Return the first valid edit of the key in a fixture with every default, None without one."""
    for name in FIXTURES:
        for content, path in _places(base(name), key.path):
            for value in _other_values(key, _get(content, path)):
                changed = deepcopy(content)
                _set(changed, path, value)
                for other, its_value in _TOGETHER.get(key.dotted, {}).items():
                    _set(changed, other, its_value)
                before, after = check(content, name), check(changed, changed["environment"])
                if not before.problems and not after.problems:
                    return KeyEdit(
                        name, path, value, changed, before.environment, after.environment
                    )
    return None


def base(name: str) -> Any:
    """Return a fixture with every default, and with parts that only some fixtures have."""
    content = check(data(name), name).environment.model_dump(mode="json")
    if content["cost"] and content["cost"]["export"]:
        content["cost"]["export"] |= {"table": _EXPORT_TABLE, "daily_report": {"hour": 14}}
    content["monitoring"]["logs"]["sink"] = {"destination": "storage.googleapis.com/some-logs"}
    content["binary_authorization"] = {
        "attestors": ["projects/some-example/attestors/some"],
        "enforced": False,
    }
    content["organization"]["perimeter"] = {"access_policy": "1234", "enforced": False}
    return content


def _places(content: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield the content, with the sections of the path, and the path with names filled in."""
    paths: list[tuple[str, ...]] = [()]
    for step in path[:-1]:
        if step == NAME:
            paths = [(*at, name) for at in paths for name in _get(content, at) or ()]
        else:
            paths = [(*at, step) for at in paths]
    # First the places that the fixture has.
    for at in sorted(paths, key=lambda at: _get(content, at) is None):
        copy = deepcopy(content)
        for length in range(1, len(at) + 1):
            if _get(copy, at[:length]) is None:
                _set(copy, at[:length], {})
        yield copy, (*at, path[-1])


def _get(content: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        content = content.get(step) if isinstance(content, dict) else None
    return content


def _set(content: Any, path: tuple[str, ...], value: Any) -> None:
    _get(content, path[:-1])[path[-1]] = value


def _other_values(key: Key, current: Any) -> Iterator[Any]:
    """Yield values that differ from the present one."""
    others: list[Any] = list(_OTHERS.get(key.dotted, ()))
    if not isinstance(current, list):
        others += literals(key.field.annotation)
    if isinstance(current, bool):
        others.append(not current)
    elif isinstance(current, int | float):
        others += [current + 1, current - 1, current + 60, current * 2, current / 2]
    yield from (value for value in others if value != current)


_EXPORT_TABLE = "gcp_billing_export_v1_012345_6789AB_CDEF01"
_OTHERS: Mapping[str, tuple[Any, ...]] = {
    "environment": ("other",),
    "project_id": ("grid-other-example",),
    "project_name": ("other",),
    "primary_region": ("us-east1",),
    "database.tier": ("db-custom-4-15360", "db-custom-2-7680"),
    "database.name": ("other",),
    "database.user": ("other_app",),
    "database.migration_user": ("other_migrations",),
    "domain.name": ("other.example.com",),
    "domain.api_label": ("rest",),
    "domain.dns_zone": ("other-zone",),
    "gateway.label": ("apis",),
    "monitoring.alert_email": ("other@example.com",),
    "monitoring.runbooks_url": ("https://example.com/other",),
    "monitoring.pagerduty_channel": ("4321",),
    "services.<name>.memory": ("4Gi", "2Gi", "1Gi"),
    "services.<name>.image": ("us-docker.pkg.dev/other/image/api:1",),
    "services.<name>.probes.path": ("/ready",),
    "migration_job.image": ("us-docker.pkg.dev/other/image/job:1",),
    "migration_job.memory": ("2Gi",),
    "smoke_job.image": ("us-docker.pkg.dev/other/image/smoke:1",),
    "storage.backups.location": ("EU", "us-west1"),
    "state.bucket": ("other-example-tfstate",),
    "state.prefix": ("grid/other",),
    "backups.schedule": ("30 11 * * *",),
    "backups.time_zone": ("Europe/Berlin",),
    "regions.<name>.subnet_range": ("10.200.0.0/20",),
    "regions.<name>.services_range": ("10.200.0.0/20",),
    "regions.<name>.pods_range": ("10.200.0.0/20",),
    "regions.<name>.connector.range": ("10.200.0.0/28",),
    "network.private_services_range": ("10.200.0.0/16",),
    "network.additional_private_services_ranges": (("10.201.0.0/16",),),
    "cost.billing_account": ("FEDCBA-987654-3210FE",),
    "ci.repository": ("other/grid",),
    "ci.branch": ("release",),
    "labels": ({"team": "other"},),
    "domain.alias_labels": (("web",),),
    "cloud_armor.allow_ranges": (("203.0.113.0/24",),),
    "cloud_armor.waf_rule_sets": (("sqli-v33-stable",),),
    "database.flags": ({"work_mem": "8192"},),
    "database.replicas.<name>.region": ("us-central1",),
    "storage.upload_origins": (("https://other.example.com",),),
    "services.<name>.regions": (("us-central1",),),
    "services.<name>.route.paths": (("/other",),),
    "services.<name>.env": ({"OTHER": "1"},),
    "services.<name>.secrets": ({"OTHER_SECRET": "openai-key"},),
    "services.<name>.roles": (("roles/storage.objectViewer",),),
    "cost.budget.currency": ("EUR",),
    "cost.budget.thresholds": ((0.4, 0.8),),
    "cost.budget.forecast_thresholds": ((0.9,),),
    "cost.export.table": ("gcp_billing_export_resource_v1_012345_6789AB_CDEF01",),
    "gateway.target_timeout_seconds": (30,),
    "cloud_armor.deny_ranges": (("203.0.113.0/24",),),
    "cloud_armor.preview_rule_sets": (("sqli-v33-stable",),),
    "monitoring.logs.sink.destination": ("storage.googleapis.com/other-logs",),
    "monitoring.logs.sink.filter": ("severity>=ERROR",),
    "secrets.<name>.rotation_days": (90,),
    "encryption.kms_keys": (
        {"us-central1": "projects/some-example/locations/us-central1/keyRings/k/cryptoKeys/k"},
    ),
    "binary_authorization.attestors": (("projects/other/attestors/other",),),
    "binary_authorization.exempt_images": (("us-docker.pkg.dev/other/*",),),
    "organization.security_contact": ("other@example.com",),
    "organization.policies": (("sql.restrictPublicIp",),),
    "organization.perimeter.access_policy": ("123456",),
    "organization.perimeter.services": (("storage.googleapis.com",),),
    "organization.perimeter.members": (("user:other@example.com",),),
}
"""Other values that are valid in the fixtures."""
_TOGETHER: Mapping[str, Mapping[tuple[str, ...], Any]] = {
    # One service is the default.
    "services.<name>.route.default": {
        ("services", "api", "route"): {"paths": ("/api",), "cdn": {}},
    },
    # An evaluation organization has no nodes to set.
    "gateway.billing_type": {("gateway", "nodes"): None},
}
"""Values that have to change in the same edit, by the key of the edit."""


def _effects(before: Environment, after: Environment) -> Iterator[str]:
    """Yield what a plan of the platform and the bootstrap does, and whether the cost changes."""
    old_stack, new_stack = platform(before), platform(after)
    if before.state != after.state:
        yield "moves the state"
    plans = [*_plan(old_stack, new_stack), *_plan(bootstrap(before), bootstrap(after))]
    yield from (effect for effect in plans if effect != IN_PLACE or set(plans) == {IN_PLACE})
    if plans and _cost(old_stack) != _cost(new_stack):
        yield "costs"


def _cost(template: Template) -> object:
    return costs.total(costs.estimate(template.document)).to_dict()


def _plan(before: Template, after: Template) -> Iterator[str]:
    old, new = before.resources, after.resources
    changes = {
        address: paths
        for address in old.keys() & new.keys()
        if (paths := set(_unignored(old[address], new[address])))
    }
    if any(_conditions(old[address]) != _conditions(new[address]) for address in old.keys() & new):
        yield FIXED
        return
    known = [
        (facts(address.partition(".")[0]), path)
        for address, paths in changes.items()
        for path in paths
    ]
    if any(type_.no_update or _is_forced(type_, path) for type_, path in known):
        yield "replaces"
    elif any(".".join(path) in type_.conditional_force_new for type_, path in known):
        yield "can replace"
    if old.keys() != new.keys():
        yield "adds or removes"
    if any(
        address.startswith("google_cloud_run_v2_service.") and path[0] == "template"
        for address, paths in changes.items()
        for path in paths
    ):
        yield "new revision"
    # The provider's default labels are on every resource that takes labels.
    if changes or before.document["provider"] != after.document["provider"]:
        yield IN_PLACE


def _conditions(resource: Any) -> Any:
    return [one["condition"] for one in resource.get("lifecycle", {}).get("postcondition", ())]


def _is_forced(type_: TypeFacts, path: tuple[str, ...]) -> bool:
    """Tell whether a difference at the path replaces the resource. A block that forces it does so
    by the number of blocks alone; the attributes in it have facts of their own.
    """
    return type_.of(".".join(path)).force_new


def _unignored(old: Any, new: Any) -> Iterator[tuple[str, ...]]:
    """Yield the differences of a resource that Terraform does not ignore."""
    ignored = [
        tuple(re.sub(r"\[\d+\]", "", path).split("."))
        for path in new.get("lifecycle", {}).get("ignore_changes", ())
    ]
    for path in _differences(old, new):
        if not any(path[: len(part)] == part for part in ignored):
            yield path


def _differences(old: Any, new: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths, without indexes, at which two values differ."""
    if at[:1] in {("lifecycle",), ("depends_on",), ("provider",)}:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() | new.keys():
            yield from _differences(old.get(name), new.get(name), (*at, name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            yield from _differences(one, other, at)
    elif old != new:
        yield at


if __name__ == "__main__":
    main()
