"""The source of the export's workflow: steps, calls, expressions and what they refer to."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.template import ROOT
from tests.unit.parts import platform

FILE = ROOT / "constructs" / "backup" / "workflows" / "database-export.yaml"
STEP_KEYS = {"assign", "call", "args", "result", "switch", "next", "return", "raise"}
CALLS = {
    "googleapis.sqladmin.v1.instances.export": {"project", "instance", "body", "connector_params"},
    "googleapis.storage.v1.objects.get": {"bucket", "object"},
    "googleapis.storage.v1.objects.insert": {"bucket", "name", "body"},
}
"""Connectors and the arguments that they take (Workflows, "Connectors reference")."""
FUNCTIONS = {
    "int",
    "sys.get_env",
    "sys.now",
    "text.replace_all",
    "text.substring",
    "text.url_encode",
    "time.format",
}
"""Functions of the standard library (Workflows, "Standard library overview")."""
MOST_BYTES, MOST_EXPRESSION = 128 * 1024, 400
"""Limits of a source and of an expression (Workflows, "Quotas and limits")."""


def _source() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def _steps() -> list[tuple[str, dict[str, Any]]]:
    return [(name, body) for step in _source()["main"]["steps"] for name, body in step.items()]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def _expressions() -> list[str]:
    return [text[2:-1] for text in _texts(_source()) if text.startswith("${")]


def test_step_has_one_name_and_known_keys() -> None:
    assert all(len(step) == 1 for step in _source()["main"]["steps"])
    names = [name for name, _ in _steps()]
    assert len(names) == len(set(names))
    for name, body in _steps():
        assert set(body) <= STEP_KEYS, name


def test_every_call_is_a_connector_with_its_arguments() -> None:
    called = {body["call"]: set(body["args"]) for _, body in _steps() if "call" in body}
    assert called == CALLS


def test_steps_follow_one_another_to_the_end() -> None:
    steps = dict(_steps())
    assert not [name for name, body in steps.items() if "next" in body]
    assert "return" in list(steps.values())[-1]


@pytest.mark.parametrize("expression", _expressions())
def test_expression_is_balanced_and_short(expression: str) -> None:
    assert len(expression) <= MOST_EXPRESSION
    bare = re.sub(r'"[^"]*"', "", expression)
    assert '"' not in bare
    assert bare.count("(") == bare.count(")")
    assert "${" not in bare


@pytest.mark.parametrize("expression", _expressions())
def test_expression_calls_known_functions(expression: str) -> None:
    assert set(re.findall(r"([a-z_.]+)\(", expression)) <= FUNCTIONS


def test_variable_is_set_before_it_is_used() -> None:
    known: set[str] = set()

    def check(value: Any) -> None:
        for text in _texts(value):
            if text.startswith("${"):
                bare = re.sub(r'"[^"]*"', "", text[2:-1])
                used = set(re.findall(r"(?<![\w.])([a-z_]+)(?![\w(]|\.[a-z_]+\()", bare))
                assert used <= known, text

    for _, body in _steps():
        for assignment in body.get("assign", ()):
            check(assignment)
            known |= set(assignment)
        check({key: value for key, value in body.items() if key not in {"assign", "result"}})
        if "result" in body:
            known.add(body["result"])


def test_every_environment_variable_is_set() -> None:
    read = set(re.findall(r'sys\.get_env\("(\w+)"\)', FILE.read_text(encoding="utf-8")))
    given = platform("prod").one("google_workflows_workflow")["user_env_vars"]
    assert read - {"GOOGLE_CLOUD_PROJECT_ID"} == set(given)
    assert not [name for name in given if name.startswith(("GOOGLE", "WORKFLOWS"))]


def test_export_is_compressed_offloaded_and_has_a_unique_name() -> None:
    steps = dict(_steps())
    context = steps["export"]["args"]["body"]["exportContext"]
    assert context["offload"] is True
    assert context["fileType"] == "SQL"
    named = steps["name_the_object"]["assign"]
    assigned = {key: value for one in named for key, value in one.items()}
    assert assigned["object"] == '${name + ".sql.gz"}'
    assert assigned["name"] == '${"db/" + day + "/" + instance + "-" + clock}'


def test_manifest_describes_the_export() -> None:
    body = dict(_steps())["write_the_manifest"]["args"]["body"]
    assert {"object", "instance", "database", "started", "finished", "size", "crc32c"} <= set(body)


def test_workflow_source_is_within_the_api_limit() -> None:
    assert FILE.stat().st_size < MOST_BYTES
