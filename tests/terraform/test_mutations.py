"""Every mistake of the original document is refused when it is put back."""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from environments import load
from offline.cloud.quotas import Quotas
from offline.cloud.world import World
from offline.services.catalog import Refusal, check
from tests.template import Template, platforms
from tests.terraform import mutations, mutations_monitoring
from tests.terraform.mutations import REMOVED, VALIDATES, Api, Policy, Validate
from tests.terraform.workspace import Workspace

ENVIRONMENT = "prod"
APIS = (*mutations.APIS, *mutations_monitoring.APIS)
POLICIES = (*mutations.POLICIES, *mutations_monitoring.POLICIES)


@pytest.fixture(scope="module")
def applied(
    copied: Callable[[Template, Path], Workspace], tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """Production, applied once; no test changes it."""
    return copied(platforms()[ENVIRONMENT], tmp_path_factory.mktemp("production") / "applied")


@pytest.fixture(scope="module")
def ids(applied: Workspace) -> dict[str, str]:
    """Ids in the world by address."""
    shown = json.loads(applied.run("show", "-json").stdout)
    resources = shown["values"]["root_module"]["resources"]
    return {one["address"]: one["values"]["id"] for one in resources}


def place(value: Any, key: str) -> Any:
    """Return the key of a step: a number, or in brackets the item with this name or priority."""
    if not isinstance(value, list):
        return key
    if not key.startswith("["):
        return int(key)
    wanted = key[1:-1]
    [found] = [
        index
        for index, item in enumerate(value)
        if wanted in (str(item.get("name")), str(item.get("priority")))
    ]
    return found


def changed(resource: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a resource with other values at some paths."""
    copy: dict[str, Any] = deepcopy(dict(resource))
    for path, value in change.items():
        inner: Any = copy
        *steps, last = path.split(".")
        for step in steps:
            inner = inner[place(inner, step)]
        if value is REMOVED:
            del inner[place(inner, last)]
        else:
            inner[place(inner, last)] = value
    return copy


def mutated(address: str, change: Mapping[str, Any]) -> Template:
    """Production's stack with one resource changed."""
    document = deepcopy(platforms()[ENVIRONMENT].document)
    type_, name = address.split(".")
    document["resource"][type_][name] = changed(document["resource"][type_][name], change)
    return Template(document)


@pytest.mark.parametrize("mutation", APIS, ids=lambda one: one.mistake)
def test_the_api_refuses(applied: Workspace, ids: dict[str, str], mutation: Api) -> None:
    type_ = mutation.address.split(".", maxsplit=1)[0]
    present = applied.cloud.world.resources
    planned = changed(present[type_][ids[mutation.address]], mutation.change)
    world = World()
    world.resources = deepcopy(present)
    del world.resources[type_][ids[mutation.address]]
    for gone in mutation.without:
        gone_type, _, name = gone.partition(".")
        if name:
            del world.resources[gone_type][ids[gone]]
        else:
            del world.resources[gone_type]
    with pytest.raises(Refusal, match=mutation.says) as refused:
        check(type_, planned, None, world, Quotas())
    assert refused.value.source


@pytest.mark.parametrize("address", sorted({one.address for one in APIS}))
def test_the_api_takes_what_is_not_mutated(
    applied: Workspace, ids: dict[str, str], address: str
) -> None:
    type_ = address.split(".", maxsplit=1)[0]
    world = World()
    world.resources = deepcopy(applied.cloud.world.resources)
    planned = world.resources[type_].pop(ids[address])
    check(type_, planned, None, world, Quotas())


@pytest.mark.parametrize("mutation", VALIDATES, ids=lambda one: one.mistake)
def test_terraform_refuses(applied: Workspace, tmp_path: Path, mutation: Validate) -> None:
    workspace = Workspace(applied.cloud, tmp_path)
    workspace.write(mutated(mutation.address, mutation.change))
    refused = workspace.run("init", "-backend=false", expect=(0, 1))
    if refused.returncode == 0:
        refused = workspace.run("validate", expect=1)
    assert re.search(mutation.says, refused.stderr)


@pytest.mark.parametrize("mutation", POLICIES, ids=lambda one: one.mistake)
def test_a_policy_refuses(mutation: Policy) -> None:
    given: dict[str, Any] = {
        "template": mutated(mutation.address, mutation.change),
        "environment": load()[ENVIRONMENT],
    }
    wanted = {name: given[name] for name in inspect.signature(mutation.policy).parameters}
    mutation.policy(**wanted | {"template": platforms()[ENVIRONMENT]})
    with pytest.raises(AssertionError):
        mutation.policy(**wanted)


def test_there_are_enough() -> None:
    mistakes = [one.mistake for one in (*APIS, *VALIDATES, *POLICIES)]
    assert len(set(mistakes)) == len(mistakes) >= 40
