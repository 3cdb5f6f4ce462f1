"""Tests that each mistake of the original document is rejected when it is put back."""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from environments import load
from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.services.catalog import check
from offline.services.registry import ApiError
from tests.template import Template, platforms
from tests.terraform.mutations import MUTATIONS
from tests.terraform.mutations.mutation import REMOVED, Api, Policy, Validate
from tests.terraform.workspace import Workspace

ENVIRONMENT = "prod"
APIS = [mutation for mutation in MUTATIONS if isinstance(mutation, Api)]
VALIDATES = [mutation for mutation in MUTATIONS if isinstance(mutation, Validate)]
POLICIES = [mutation for mutation in MUTATIONS if isinstance(mutation, Policy)]


@pytest.fixture(scope="module")
def applied(
    copy_applied: Callable[[Template, Path], Workspace], tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """Apply production once; no test changes it."""
    return copy_applied(platforms()[ENVIRONMENT], tmp_path_factory.mktemp("production") / "applied")


@pytest.fixture(scope="module")
def ids(applied: Workspace) -> dict[str, str]:
    """Return the IDs in the cloud by address."""
    state = json.loads(applied.run("show", "-json").stdout)
    resources = state["values"]["root_module"]["resources"]
    return {resource["address"]: resource["values"]["id"] for resource in resources}


def resolve_key(value: Any, key: str) -> Any:
    """Return the key or index for a step of a path."""
    if not isinstance(value, list):
        return key
    if not key.startswith("["):
        return int(key)
    [index] = [
        index
        for index, item in enumerate(value)
        if key[1:-1] in (str(item.get("name")), str(item.get("priority")))
    ]
    return index


def change_resource(resource: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a resource with new values at some paths."""
    copy: dict[str, Any] = deepcopy(dict(resource))
    for path, value in change.items():
        inner: Any = copy
        *steps, last = path.split(".")
        for step in steps:
            inner = inner[resolve_key(inner, step)]
        if value is REMOVED:
            del inner[resolve_key(inner, last)]
        else:
            inner[resolve_key(inner, last)] = value
    return copy


def change_stack(address: str, change: Mapping[str, Any]) -> Template:
    """Return production's stack with one resource changed."""
    document = deepcopy(platforms()[ENVIRONMENT].document)
    type_, name = address.split(".")
    document["resource"][type_][name] = change_resource(document["resource"][type_][name], change)
    return Template(document)


@pytest.mark.parametrize("mutation", APIS, ids=lambda mutation: mutation.mistake)
def test_strict_api_rejects_mutation(
    applied: Workspace, ids: dict[str, str], mutation: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strict, because rules whose source nobody opened only warn otherwise."""
    monkeypatch.setenv("OFFLINE_STRICT", "1")
    type_ = mutation.address.split(".", maxsplit=1)[0]
    present = applied.cloud.fake_cloud.resources
    planned = change_resource(present[type_][ids[mutation.address]], mutation.change)
    world = FakeCloud()
    world.resources = deepcopy(present)
    del world.resources[type_][ids[mutation.address]]
    for removed in mutation.without:
        removed_type, _, name = removed.partition(".")
        if name:
            del world.resources[removed_type][ids[removed]]
        else:
            del world.resources[removed_type]
    with pytest.raises(ApiError, match=mutation.says) as error:
        check(type_, planned, None, world, Quotas())
    assert error.value.rule


@pytest.mark.parametrize("address", sorted({mutation.address for mutation in APIS}))
def test_api_accepts_resource_without_mutation(
    applied: Workspace, ids: dict[str, str], address: str
) -> None:
    type_ = address.split(".", maxsplit=1)[0]
    world = FakeCloud()
    world.resources = deepcopy(applied.cloud.fake_cloud.resources)
    planned = world.resources[type_].pop(ids[address])
    check(type_, planned, None, world, Quotas())


@pytest.mark.parametrize("mutation", VALIDATES, ids=lambda mutation: mutation.mistake)
def test_terraform_rejects_mutation(applied: Workspace, tmp_path: Path, mutation: Validate) -> None:
    workspace = Workspace(applied.cloud, tmp_path)
    workspace.write(change_stack(mutation.address, mutation.change))
    result = workspace.run("init", "-backend=false", expect=(0, 1))
    if result.returncode == 0:
        result = workspace.run("validate", expect=1)
    assert re.search(mutation.says, result.stderr)


@pytest.mark.parametrize("mutation", POLICIES, ids=lambda mutation: mutation.mistake)
def test_policy_rejects_mutation(mutation: Policy) -> None:
    fixtures: dict[str, Any] = {
        "template": change_stack(mutation.address, mutation.change),
        "environment": load()[ENVIRONMENT],
    }
    arguments = {name: fixtures[name] for name in inspect.signature(mutation.policy).parameters}
    mutation.policy(**arguments | {"template": platforms()[ENVIRONMENT]})
    with pytest.raises(AssertionError):
        mutation.policy(**arguments)


def test_mutations_have_unique_names() -> None:
    mistakes = [mutation.mistake for mutation in MUTATIONS]
    assert len(set(mistakes)) == len(mistakes)
