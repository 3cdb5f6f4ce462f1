"""Tests of the placeholder values of variables."""

from typing import Any

import pytest

from contract.variables import placeholder_variables


def stack(**variable: Any) -> dict[str, Any]:
    return {"variable": {"key": variable}}


def test_placeholder_is_stable_and_depends_on_seed() -> None:
    [first, again, other] = [
        placeholder_variables(stack(type="string"), seed=seed)["TF_VAR_key"]
        for seed in ("dev", "dev", "prod")
    ]
    assert first == again != other


def test_placeholder_of_ephemeral_variable_is_random() -> None:
    ephemeral = stack(type="string", ephemeral=True)
    assert placeholder_variables(ephemeral, seed="dev") != placeholder_variables(
        ephemeral, seed="dev"
    )


@pytest.mark.parametrize(
    ("type_", "value"),
    [("number", "1"), ("${bool}", "false"), ("list(string)", "[]"), ("map(string)", "{}")],
)
def test_placeholder_matches_type(type_: str, value: str) -> None:
    assert placeholder_variables(stack(type=type_), seed="dev") == {"TF_VAR_key": value}


def test_variable_with_default_has_no_placeholder() -> None:
    assert placeholder_variables(stack(default=""), seed="dev") == {}
    assert placeholder_variables({}, seed="dev") == {}
