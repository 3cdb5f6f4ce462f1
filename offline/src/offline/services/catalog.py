"""The catalog of services: it finds the folders, loads their modules, and runs their rules.

A folder of this package with a `SERVICE` is a service; nothing else registers it. Rules run in
the order in which Google checks: API enabled, quota, name, grants, then content.

Each rule is a small function in the folder of its service, registered for its types. Its docstring
states what it rejects, and `sources.json` in the same folder names the source. A rule without a
source that can be opened only warns. Strict mode rejects on warnings. The message is the API's own
if the source quotes it. Otherwise, it follows the style of the API.
"""

import os
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from offline import services as package
from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.services.context import RuleContext, project_of, text
from offline.services.registry import ApiError, Mode, Rule, When, registered
from offline.services.service import Service

_STAGES = ("enablement", "quotas", "names")
"""Modules whose rules run before all others."""


@cache
def services() -> Mapping[str, Service]:
    """Return every service by the name of its folder, without loading its modules."""
    return {
        module.name: import_module(f"{package.__name__}.{module.name}").SERVICE
        for module in pkgutil.iter_modules(package.__path__)
        if module.ispkg
    }


@cache
def load(type_: str | None = None) -> tuple[Rule, ...]:
    """Load the modules of every service, or of those that know a type, and return all rules, or
    those of the type, in the order in which they run.
    """
    for name, service in services().items():
        if type_ is None or service.knows(type_):
            _import(name)
    return tuple(
        sorted((rule for rule in registered() if type_ is None or rule.covers(type_)), key=_place)
    )


@cache
def _import(name: str) -> None:
    for module in services()[name].modules:
        import_module(f"{package.__name__}.{name}.{module}")


@cache
def _modules() -> Mapping[str, int]:
    """Return the place of each module of a service that registers rules."""
    names = [
        f"{package.__name__}.{name}.{module}"
        for name, service in services().items()
        for module in service.modules
    ]
    return {name: place for place, name in enumerate(names)}


def _place(rule: Rule) -> tuple[int, int]:
    module = rule.check.__module__
    name = module.rpartition(".")[2]
    is_general = any(type_ == "google_*" for type_ in rule.types)
    stage = _STAGES.index(name) if name in _STAGES else len(_STAGES) + (not is_general)
    return stage, _modules()[module]


def rules(type_: str | None = None, when: When | None = None) -> Iterator[Rule]:
    """Yield all rules, or those of a type and of a moment, in the order in which they run."""
    return (rule for rule in load(type_) if when is None or rule.when == when)


def is_strict() -> bool:
    """Say whether warnings refuse: OFFLINE_STRICT is set, and not 0."""
    return os.environ.get("OFFLINE_STRICT", "0") not in ("", "0")


def check(
    type_: str,
    planned: Mapping[str, Any],
    prior: Mapping[str, Any] | None,
    cloud: FakeCloud,
    quotas: Quotas,
) -> list[ApiError]:
    """Check a resource before it is created (`prior` None) or updated; return the warnings.

    Raises:
        ApiError: with the API's reason.
    """
    return _run(RuleContext(type_, planned, prior, cloud, quotas), "apply")


def check_delete(
    type_: str, prior: Mapping[str, Any], cloud: FakeCloud, quotas: Quotas | None = None
) -> list[ApiError]:
    """Check a resource before it is deleted; return the warnings.

    Raises:
        ApiError: with the API's reason.
    """
    return _run(RuleContext(type_, prior, prior, cloud, quotas or Quotas()), "delete")


def check_plan(
    type_: str, planned: Mapping[str, Any], prior: Mapping[str, Any] | None
) -> list[ApiError]:
    """Return the warnings about a plan. Rules that look at other resources wait for the apply,
    because those do not exist yet; those that refuse do so too, as Google does.

    Raises:
        ApiError: a warning, in strict mode.
    """
    unseen: Any = _Unseen()
    return _run(RuleContext(type_, planned, prior, unseen, unseen), "apply", only="warn")


class _UnseenError(Exception):
    pass


class _Unseen:
    """What a plan cannot know: the cloud at the time of the apply."""

    def __getattr__(self, _name: str) -> Any:
        raise _UnseenError


def _run(context: RuleContext, when: When, only: Mode | None = None) -> list[ApiError]:
    warnings = []
    for rule in rules(context.type, when):
        if only not in (None, rule.mode):
            continue
        try:
            reason = rule.check(context)
        except _UnseenError:
            continue
        if reason is not None:
            if rule.mode == "refuse" or is_strict():
                raise rule.error(reason)
            warnings.append(rule.error(reason))
    return warnings


def api_of(type_: str) -> str | None:
    """Return the API that a type is made with, as in `run.googleapis.com`; None if unknown."""
    apis = {prefix: api for service in services().values() for prefix, api in service.apis.items()}
    prefixes = [prefix for prefix in apis if type_.startswith(prefix)]
    return f"{apis[max(prefixes, key=len)]}.googleapis.com" if prefixes else None


def not_modelled(type_: str) -> tuple[str, ...]:
    """Return what the service of a type leaves out."""
    return tuple(
        text_
        for service in services().values()
        for prefix, texts in service.not_modelled.items()
        if type_.startswith(prefix)
        for text_ in texts
    )


def children(type_: str, state: Mapping[str, Any], cloud: FakeCloud) -> Iterator[tuple[str, str]]:
    """Yield type and id of what the API deletes with a resource."""
    keys = ("id", "name", "secret_id", "dataset_id", "self_link")
    names = {str(state[key]) for key in keys if state.get(key)}
    for service in services().values():
        for child, argument in service.children.get(type_, ()):
            for resource in cloud.of(child):
                is_near = project_of(resource) in ("", project_of(state))
                if is_near and resource.get(argument) in names:
                    yield child, cloud.key(child, resource)


def held_value(type_: str, state: Mapping[str, Any]) -> str | None:
    """Return what a resource keeps for a while after it is deleted."""
    for service in services().values():
        if type_ in service.holds:
            return text(state, service.holds[type_]) or None
    return None
