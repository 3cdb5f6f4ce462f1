"""The JSON Schema, with which editors complete and check the files."""

import json
from typing import Any

import pytest

from environments import Environment
from environments.__main__ import SCHEMA_FILE
from environments.json_schema import json_schema
from tests.environments.samples import PROJECT
from tests.template import ENVIRONMENTS

SCHEMA: dict[str, Any] = json.loads(json_schema())
SECTIONS: dict[str, dict[str, Any]] = {"Environment": SCHEMA, **SCHEMA["$defs"]}


def test_schema_file_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == json_schema(), "run `make schema`"


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_and_property_has_a_description(name: str) -> None:
    section = SECTIONS[name]
    assert section["description"]
    bare = [key for key, one in section["properties"].items() if not one.get("description")]
    assert bare == []


@pytest.mark.parametrize("name", SECTIONS)
def test_no_section_accepts_other_keys(name: str) -> None:
    assert SECTIONS[name]["additionalProperties"] is False


def test_description_is_the_docstring_below_the_field() -> None:
    assert SECTIONS["StateConfig"]["properties"]["prefix"]["description"] == (
        "Folder in the bucket; no two environments share one."
    )


def test_patterns_of_strings_are_in_the_schema() -> None:
    assert SCHEMA["properties"]["project_id"]["pattern"] == "^[a-z][a-z0-9-]{4,28}[a-z0-9]$"


def test_docstrings_are_read_only_for_the_schema() -> None:
    assert Environment.model_fields["protect"].description is None


@pytest.mark.parametrize("name", PROJECT)
def test_file_names_its_schema_in_its_first_line(name: str) -> None:
    first = (ENVIRONMENTS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    path = first.removeprefix("# yaml-language-server: $schema=")
    assert (ENVIRONMENTS / path).resolve() == SCHEMA_FILE
