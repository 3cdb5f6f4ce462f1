"""Tests of docs/reference, which `make docs` writes."""

import json
from typing import Any

import pytest

from environments.json_schema import json_schema
from environments.reference import Key, effects, keys
from facts import table
from facts.reference import KINDS
from offline.services.monitoring.metric_types import sources
from tests.effects import derive
from tests.reference import FACTS, FOLDER, facts_page, pages

CHANGEABLE = [key for key in keys() if not key.section]
SAMPLE = {
    "database.name": "fixed",
    "secrets.<name>.version": "replaces",
    "vector_search.dimensions": "in place",
    "services.<name>.image": "in place",
    "services.<name>.timeout_seconds": "new revision",
    "services.<name>.min_instances": "in place, costs",
    "state.prefix": "moves the state, replaces",
}


@pytest.mark.parametrize("name", ["environment.md", "grid.md", "outputs.md", "permissions.md"])
def test_page_is_current(name: str) -> None:
    current = (FOLDER / name).read_text(encoding="utf-8")
    assert current == pages()[name], f"docs/reference/{name} is not current: run make docs"


def test_page_of_facts_is_current() -> None:
    current = FACTS.read_text(encoding="utf-8")
    assert current == facts_page(), "docs/facts.md is not current: run make docs"


def test_page_of_facts_has_a_line_for_each_fact() -> None:
    facts = [fact for topic in table.topics() for fact in table.read(topic).values()]
    facts += sources().values()
    rows = [line for line in facts_page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(facts) + len(KINDS)
    assert {fact.how for fact in facts} <= KINDS.keys()
    for how in KINDS:
        assert f"| `{how}` | {sum(fact.how == how for fact in facts)} |" in facts_page()


def test_page_has_every_key_of_the_json_schema() -> None:
    schema: dict[str, Any] = json.loads(json_schema())
    sections = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    properties = {name for section in sections for name in section["properties"]}
    assert properties == {key.path[-1] for key in keys()}


def test_every_key_has_an_effect() -> None:
    expected = [key.dotted for key in CHANGEABLE]
    assert list(effects()) == expected, "run python -m tests.effects, then make docs"


def test_effect_is_that_of_a_plan() -> None:
    sample = {key.dotted: derive(key) for key in CHANGEABLE if key.dotted in SAMPLE}
    assert sample == {name: effects()[name] for name in SAMPLE} == SAMPLE


@pytest.mark.slow
@pytest.mark.parametrize("key", CHANGEABLE, ids=lambda key: key.dotted)
def test_every_effect_is_that_of_a_plan(key: Key) -> None:
    assert effects()[key.dotted] == derive(key), "run python -m tests.effects, then make docs"
