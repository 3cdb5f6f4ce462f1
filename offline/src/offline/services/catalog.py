"""The catalog of services: finds the folders, loads their modules, and runs their rules.

A folder of this package with a `SERVICE` is a service; nothing else registers it. Rules run in
the order in which Google checks: API enabled, quota, name, grants, then content.

Each rule is a small function in the folder of its service, registered for its types; its
docstring says what it rejects, its `source` where that is known from: "provider" the Go code of
hashicorp/google v6.50.0 ("(text)": a description in it); "issue" an error message seen in a public
issue, by repository and number; "doc" the page of Google's documentation that holds the rule, named
from knowledge and to be opened when in doubt; "API" and "known" what engineers know. The wording
is the API's own where the source is an issue; elsewhere it follows the API's manner.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from offline import services as package
from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.services.context import RuleContext
from offline.services.registry import ApiError, Rule, When, registered
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
def load() -> tuple[Rule, ...]:
    """Load the modules of every service, and return all rules in their order."""
    modules = [
        f"{package.__name__}.{name}.{module}"
        for name, service in services().items()
        for module in service.modules
    ]
    for module in modules:
        import_module(module)

    def place(rule: Rule) -> tuple[int, int]:
        module = rule.check.__module__
        name = module.rpartition(".")[2]
        is_general = any(type_ == "google_*" for type_ in rule.types)
        stage = _STAGES.index(name) if name in _STAGES else len(_STAGES) + (not is_general)
        return stage, modules.index(module)

    return tuple(sorted(registered(), key=place))


def rules(type_: str | None = None, when: When | None = None) -> Iterator[Rule]:
    """Yield all rules, or those of a type and of a moment, in the order in which they run."""
    for rule in load():
        if (type_ is None or rule.covers(type_)) and (when is None or rule.when == when):
            yield rule


def check(
    type_: str,
    planned: Mapping[str, Any],
    prior: Mapping[str, Any] | None,
    cloud: FakeCloud,
    quotas: Quotas,
) -> None:
    """Check a resource before it is created (`prior` None) or updated.

    Raises:
        Refusal: with the API's reason.
    """
    _run(RuleContext(type_, planned, prior, cloud, quotas), "apply")


def check_delete(
    type_: str, prior: Mapping[str, Any], cloud: FakeCloud, quotas: Quotas | None = None
) -> None:
    """Check a resource before it is deleted.

    Raises:
        Refusal: with the API's reason.
    """
    _run(RuleContext(type_, prior, prior, cloud, quotas or Quotas()), "delete")


def _run(context: RuleContext, when: When) -> None:
    for rule in rules(context.type, when):
        reason = rule.check(context)
        if reason is not None:
            raise ApiError(reason, source=rule.source, code=rule.code, rule=rule.name)


def api_of(type_: str) -> str | None:
    """Return the API that a type is made with, as in `run.googleapis.com`; None if unknown."""
    apis = {prefix: api for service in services().values() for prefix, api in service.apis.items()}
    prefixes = [prefix for prefix in apis if type_.startswith(prefix)]
    return f"{apis[max(prefixes, key=len)]}.googleapis.com" if prefixes else None


def not_modelled(type_: str) -> tuple[str, ...]:
    """Return what the service of a type leaves out."""
    return tuple(
        text
        for service in services().values()
        for prefix, texts in service.not_modelled.items()
        if type_.startswith(prefix)
        for text in texts
    )


def children(type_: str, state: Mapping[str, Any], cloud: FakeCloud) -> Iterator[tuple[str, str]]:
    """Yield type and id of what the API deletes with a resource."""
    keys = ("id", "name", "secret_id", "dataset_id", "self_link")
    names = {str(state[key]) for key in keys if state.get(key)}
    for service in services().values():
        for child, argument in service.children.get(type_, ()):
            for resource in cloud.of(child):
                if resource.get(argument) in names:
                    yield child, str(resource["id"])


def reserved_name(type_: str, state: Mapping[str, Any]) -> str | None:
    """Return the name that nothing else can have for a while after the resource is deleted."""
    for service in services().values():
        if type_ in service.reserved_names:
            return str(state[service.reserved_names[type_]])
    return None
