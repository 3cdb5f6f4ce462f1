"""docs/security.md says of prod what its stacks, the waivers and checkov's checks say."""

import re
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import pytest

from policy.expected import load_expected
from policy.waivers import load_waivers
from tests.policy.cis import PREDICATES, Posture
from tests.policy.test_pipeline import DOCS
from tests.template import bootstrap, bootstraps, platform, platforms, variant
from tests.test_documents import tables

PAGE = DOCS / "security.md"
STACKS = ("prod", "prod-bootstrap")
OPTIONS: dict[str, dict[str, Any]] = {
    "2.1": {"monitoring.logs.all_services_audit": True},
    "2.3": {"monitoring.logs.archive": {"locked": True}},
    "3.8": {"network.flow_logs": {"aggregation_interval": "INTERVAL_5_SEC", "sampling": 1.0}},
    "6.2.4": {"database.flags": {"log_statement": "ddl"}},
}
"""Values with which an environment follows a recommendation that prod does not."""


class Row(NamedTuple):
    """A recommendation in the table."""

    control: str
    title: str
    result: str
    reason: str
    checks: str

    def check_names(self, *, waived: bool) -> list[str]:
        """Return the checks of checkov that are waived, or those that are not."""
        found = re.findall(r"(CKV2?_GCP_\d+)( \(waived\))?", self.checks)
        return [check for check, mark in found if bool(mark) == waived]


def rows() -> list[Row]:
    """Return the rows of the table of the benchmark."""
    [found] = [rows for head, rows in tables(PAGE) if head[0] == "Control"]
    return [Row(*row) for row in found]


def posture(name: str) -> Posture:
    """Return the stacks of an environment."""
    return Posture(platforms()[name], bootstraps()[name])


def waived() -> set[str]:
    """Return the checks that fail somewhere in the stacks of prod."""
    return {
        waiver.check
        for waiver in load_waivers()
        if any(fnmatchcase(stack, waiver.environment) for stack in STACKS)
    }


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.control)
def test_result_of_a_recommendation_is_that_of_the_stacks(row: Row) -> None:
    if row.control in PREDICATES:
        expected = "pass" if PREDICATES[row.control](posture("prod")) else "waived"
        assert row.result == expected
    else:
        assert row.result in {"absent", "outside"}


@pytest.mark.parametrize("row", [row for row in rows() if row.result == "absent"], ids=str)
def test_absent_resources_are_in_no_stack_of_prod(row: Row) -> None:
    types = re.findall(r"`(google_\w+)`", row.reason)
    assert types
    found = posture("prod").of(*types)
    if types == ["google_sql_database_instance"]:
        assert {one["database_version"].partition("_")[0] for one in found} == {"POSTGRES"}
    else:
        assert found == []


@pytest.mark.parametrize("row", [row for row in rows() if row.result == "waived"], ids=str)
def test_waived_recommendation_has_a_reason(row: Row) -> None:
    assert len(row.reason) > len("as above") or row.reason == "as above"


@pytest.mark.parametrize("control", OPTIONS)
def test_option_follows_the_recommendation(control: str) -> None:
    environment = variant("prod", OPTIONS[control])
    assert PREDICATES[control](Posture(platform(environment), bootstrap(environment)))


def test_table_has_every_recommendation_once() -> None:
    controls = [row.control for row in rows()]
    assert len(set(controls)) == len(controls)
    assert set(PREDICATES) <= set(controls)
    for section, count in {"1": 17, "2": 16, "3": 10, "5": 2, "6.2": 9, "7": 4}.items():
        expected = [f"{section}.{number}" for number in range(1, count + 1)]
        assert [name for name in controls if name.rpartition(".")[0] == section] == expected or (
            section == "6.2" and set(expected) <= set(controls)
        )


def test_checks_in_the_table_are_waived_where_it_says_so() -> None:
    expected = load_expected()
    known = {check for checks in expected.root.values() for check in checks}
    for row in rows():
        named = {*row.check_names(waived=True), *row.check_names(waived=False)}
        assert named <= known, row.control
        assert set(row.check_names(waived=True)) <= waived(), row.control
        assert not set(row.check_names(waived=False)) & waived(), row.control


def test_every_waived_check_is_on_the_page() -> None:
    [others] = [rows for head, rows in tables(PAGE) if head[0] == "Check"]
    listed = {check for names, _ in others for check in re.findall(r"CKV2?_GCP_\d+", names)}
    of_rows = {check for row in rows() for check in row.check_names(waived=True)}
    assert listed | of_rows == waived()
    assert not listed & of_rows
