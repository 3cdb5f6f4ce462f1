"""The provider facts of the offline Google cover the stacks of every fixture."""

from collections.abc import Mapping
from typing import Any

import pytest

from offline.protocol.values import UNKNOWN
from offline.provider_facts import Problem, facts, types, validate
from tests.repetition import environments
from tests.template import platforms, stacks


def config(type_: str, raw: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Return a resource as the provider gets it: references unknown, blocks in lists."""

    def known(value: Any, at: str) -> Any:
        if isinstance(value, str):
            return UNKNOWN if "${" in value else value
        if isinstance(value, list):
            return [known(item, at) for item in value]
        return config(type_, value, f"{at}.") if isinstance(value, Mapping) else value

    def block(at: str) -> bool:
        attributes = facts(type_).attributes
        return bool(facts(type_).of(at).max_items) or any(
            attribute.startswith(f"{at}.") for attribute in attributes
        )

    return {
        name: [known(value, path + name)]
        if isinstance(value, Mapping) and block(path + name)
        else known(value, path + name)
        for name, value in raw.items()
        if path or name not in ("depends_on", "lifecycle")
    }


@pytest.mark.parametrize("name", environments())
def test_resources_of_environment_are_valid(name: str) -> None:
    problems: dict[str, list[Problem]] = {}
    for type_, resources in platforms()[name].document["resource"].items():
        for key, raw in resources.items():
            if result := validate(type_, config(type_, raw)):
                problems[f"{type_}.{key}"] = result
    assert problems == {}


def test_every_type_in_use_has_facts() -> None:
    used = {type_ for template in stacks().values() for type_ in template.document["resource"]}
    assert len(used) > 30
    assert used - set(types()) == set()
