"""Edits of an environment file: other values of keys, and sections that are removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from environments.checking import check
from environments.reference import effects, keys
from tests.effects import FIXED, base, edit

REMOVED = None
"""Value of a key that an edit removes."""


@dataclass(frozen=True)
class Edit:
    """One edit of a fixture with every default (`start`)."""

    name: str
    """Dotted paths of the keys, with `<name>` where a file has names of its own."""
    content: Mapping[str, Any]
    """The environment file after the edit."""


def edits(fixture: str) -> Iterator[Edit]:
    """Yield each edit that replaces, creates or deletes resources or is refused, and those that
    shall only update resources, as many together as are valid.
    """
    together: list[tuple[list[str], Any]] = []
    for key in keys():
        effect = effects().get(key.dotted, "")
        if key.section or key.dotted in _START or not effect or effect in _WITHOUT_A_PLAN:
            continue
        found = edit(key)
        if found is None or found.fixture != fixture:
            continue
        if any(part in effect for part in _ALONE):
            yield Edit(key.dotted, _raised(found.content))
        else:
            _join(together, key.dotted, found.path, found.value, fixture)
    yield from (Edit(", ".join(names), content) for names, content in together)
    for name, values in _FURTHER.items():
        content = start(fixture)
        if all(_apply(content, path, value) for path, value in values.items()):
            yield Edit(name, content)


def _join(
    together: list[tuple[list[str], Any]], key: str, path: tuple[str, ...], value: Any, fixture: str
) -> None:
    """Add an edit to the first edits that stay valid with it, or begin new ones."""
    for names, content in [*together, ([], start(fixture))]:
        changed = deepcopy(content)
        section = changed
        for step in path[:-1]:
            section = section[step]
        section[path[-1]] = value
        if not check(changed, fixture).problems:
            if not names:
                together.append((names, content))
            names.append(key)
            content.clear()
            content.update(changed)
            return


def start(fixture: str) -> Any:
    """Return the environment file that is applied before each edit."""
    return _raised(base(fixture))


def _raised(content: Mapping[str, Any]) -> Any:
    """Return the content with versions that can go up and down."""
    raised = deepcopy(dict(content))
    for path, version in _START.items():
        section, key = path.split(".")
        raised[section][key] = version
    return raised


def _apply(content: Any, path: str, value: Any) -> bool:
    """Set or remove a value. Report whether the file had the path."""
    *parents, last = path.split("/")
    for key in parents:
        content = content.get(key) if isinstance(content, dict) else None
    if not isinstance(content, dict) or (value is REMOVED and content.get(last) is None):
        return False
    if value is REMOVED:
        del content[last]
    else:
        content[last] = value
    return True


_ALONE = (FIXED, "replace", "adds or removes")
_WITHOUT_A_PLAN = ("one value", "unknown", "no change")
_START = {"database.version": "POSTGRES_16", "cache.version": "REDIS_7_2"}
_FURTHER: Mapping[str, Mapping[str, Any]] = {
    "gateway, removed": {"gateway": REMOVED},
    "vector_search, removed": {"vector_search": REMOVED},
    "vector_search.deployment, removed": {"vector_search/deployment": REMOVED},
    "backups, removed": {"backups": REMOVED},
    "cost, removed": {"cost": REMOVED},
    "cost.export, removed": {"cost/export": REMOVED},
    "cost.export.daily_report, removed": {"cost/export/daily_report": REMOVED},
    "cost.export.location": {"cost/export/location": "EU"},
    "migration_job, removed": {"migration_job": REMOVED},
    "services.<name>, removed": {"services/ai": REMOVED, "services/api/vertex_ai": True},
    "services.<name>.app_data, the last": {"services/api/app_data": False},
    "secrets.<name>, removed": {
        "secrets/jwt-secret": REMOVED,
        "services/auth/secrets": {},
        "services/api/secrets": {},
    },
    "regions.<name>, removed": {
        "regions/us-east1": REMOVED,
        "database/replicas": {},
        "services/auth/regions": REMOVED,
        "services/api/regions": REMOVED,
    },
    "database.replicas.<name>, removed": {"database/replicas": {}},
    "database.version, down": {"database/version": "POSTGRES_15"},
    "database.version, up": {"database/version": "POSTGRES_17"},
    "cache.version, down": {"cache/version": "REDIS_7_0"},
    "network.private_services_range, another length": {
        "network/private_services_range": "10.64.0.0/18"
    },
    "storage.backups.location, a region": {"storage/backups/location": "us-west1"},
}
