"""Order of creation: every resource depends on its API, and on what no reference expresses."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.template import Template

ADDRESS = re.compile(r"\b((?:google|random)_\w+\.[a-z]\w*)")

NAME = re.compile(r"\$\{(google_\w+\.\w+)\.(?:name|bucket|topic|\w+_id)\}")
"""A reference to an attribute that a replaced resource keeps."""


def edges(template: Template) -> dict[str, set[str]]:
    """Map each resource to those that it refers to or names in depends_on."""
    known = template.resources
    return {
        address: {found for found in ADDRESS.findall(json.dumps(resource)) if found in known}
        for address, resource in known.items()
    }


def before(graph: dict[str, set[str]], address: str) -> set[str]:
    """All that is created before a resource."""
    seen: set[str] = set()
    waiting = [address]
    while waiting:
        for one in graph[waiting.pop()] - seen:
            seen.add(one)
            waiting.append(one)
    return seen


def test_dependencies_have_no_cycle(template: Template) -> None:
    graph = edges(template)
    assert [address for address in graph if address in before(graph, address)] == []


@pytest.mark.parametrize("type_", ["google_sql_database_instance", "google_redis_instance"])
def test_instances_depend_on_the_private_services_connection(
    template: Template, type_: str
) -> None:
    graph = edges(template)
    instances = [address for address in graph if address.startswith(f"{type_}.")]
    assert instances
    for address in instances:
        assert "google_service_networking_connection.private_vpc" in before(graph, address)


def test_every_reference_exists(template: Template) -> None:
    document = json.dumps(template.document["resource"])
    known = {*template.resources, *(f"var.{name}" for name in template.document["variable"])}
    read = template.document.get("data", {})
    known |= {f"{type_}.{name}" for type_, named in read.items() for name in named}
    referred = set(re.findall(r"\$\{[^}]*?\b((?:google_\w+|random_\w+|var)\.[a-z]\w*)", document))
    ephemeral = {
        f"random_password.{name}" for name in template.document["ephemeral"]["random_password"]
    }
    read = {
        f"{type_}.{name}"
        for type_, named in template.document.get("data", {}).items()
        for name in named
    }
    assert referred - known - ephemeral - read == set()


def dependencies(template: Template) -> Iterator[str]:
    for resource in template.resources.values():
        yield from resource.get("depends_on", [])
        for trigger in resource.get("lifecycle", {}).get("replace_triggered_by", []):
            # `type.name`, or an attribute of it.
            yield ".".join(trigger.split(".")[:2])


def test_depends_on_contains_existing_addresses(template: Template) -> None:
    assert {
        dependency for dependency in dependencies(template) if dependency not in template.resources
    } == set()


def test_grants_are_replaced_with_the_resource_that_they_name(template: Template) -> None:
    """A replaced resource keeps its name, and its policy is gone: the next plan would differ."""
    for address, resource in template.resources.items():
        if not address.partition(".")[0].endswith("_iam_member"):
            continue
        argument = {n: v for n, v in resource.items() if n not in {"member", "lifecycle"}}
        parents = set(NAME.findall(json.dumps(argument)))
        triggers = resource.get("lifecycle", {}).get("replace_triggered_by", [])
        assert {f"{parent}.id" for parent in parents} == set(triggers), address
