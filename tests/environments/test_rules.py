"""Each rule: the last value that it allows, the first that it does not, and what it says then."""

from functools import cache
from typing import Any

import pytest

from environments import Environment
from environments.checking import check
from environments.rules import RULES, UNCONFIRMED, WARNINGS, Rule
from tests.environments import (
    rows_addresses,
    rows_ai_and_cost,
    rows_compute,
    rows_data,
    rows_encryption,
    rows_gateway,
    rows_limits,
    rows_names,
    rows_networking,
    rows_operations,
    rows_reserved,
    rows_sizes,
    rows_texts,
)
from tests.environments.samples import Changes, ProblemRow, Row, changed, dotted, problems_of

ROWS: dict[str, Row] = {
    **rows_networking.ROWS,
    **rows_addresses.ROWS,
    **rows_compute.ROWS,
    **rows_data.ROWS,
    **rows_encryption.ROWS,
    **rows_ai_and_cost.ROWS,
    **rows_operations.ROWS,
    **rows_gateway.ROWS,
    **rows_limits.ROWS,
    **rows_names.ROWS,
    **rows_sizes.ROWS,
    **rows_reserved.ROWS,
    **rows_texts.ROWS,
}


@pytest.mark.parametrize(("name", "legal", "illegal", "problems"), ROWS.values(), ids=ROWS)
def test_rule_accepts_the_last_valid_and_rejects_the_first_invalid_value(
    name: str, legal: Changes, illegal: Changes, problems: list[ProblemRow]
) -> None:
    assert _findings(changed(name, legal)) == []
    assert _findings(changed(name, illegal)) == problems


def _findings(content: dict[str, Any]) -> list[ProblemRow]:
    """Return the problems, and what the rules on unconfirmed facts warn of."""
    environment = check(content, content["environment"]).environment
    warned = [problem for rule in UNCONFIRMED for problem in rule(environment)]
    rows = [(dotted(problem.path), problem.actual, problem.expected) for problem in warned]
    return sorted(problems_of(content) + rows)


@cache
def _broken() -> list[Environment]:
    contents = [changed(name, illegal) for name, _, illegal, _ in ROWS.values()]
    return [check(one, one["environment"]).environment for one in contents]


@pytest.mark.parametrize("rule", [*RULES, *UNCONFIRMED], ids=lambda rule: rule.__name__)
def test_every_rule_has_a_row(rule: Rule) -> None:
    assert any(list(rule(environment)) for environment in _broken())


@pytest.mark.parametrize("rule", UNCONFIRMED, ids=lambda rule: rule.__name__)
def test_rule_on_an_unconfirmed_fact_warns(rule: Rule) -> None:
    assert rule not in RULES
    assert rule in WARNINGS
