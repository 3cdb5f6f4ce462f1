"""Tests of the changes of a plan that would stop an apply halfway."""

from collections.abc import Mapping
from typing import Any

import pytest

from contract.plan import planned_changes
from operations.plan.rejections import rejection

FIRST, LAST = ["create", "delete"], ["delete", "create"]


def _rejection(
    actions: list[str], before: Mapping[str, Any], after: Mapping[str, Any] | None
) -> str:
    change = {"actions": actions, "before": before, "after": after}
    resource = {"address": "x.y", "type": "x", "name": "y", "mode": "managed", "change": change}
    [planned] = planned_changes({"resource_changes": [resource]})
    return rejection(planned)


@pytest.mark.parametrize(
    ("before", "after", "is_rejected"),
    [
        ({"name": "a", "region": "r"}, {"name": "a", "region": "r"}, True),
        ({"name": "a", "region": "r"}, {"name": "a", "region": "s"}, False),
        ({"name": "a"}, {"name": "b"}, False),
        ({"dataset_id": "a", "table_id": "t"}, {"dataset_id": "a", "table_id": "t"}, True),
        ({"dataset_id": "a", "table_id": "t"}, {"dataset_id": "b", "table_id": "t"}, False),
        # A name that Google invents is unknown in the plan.
        ({"name": "projects/1/uptimeCheckConfigs/x", "project": "p"}, {"project": "p"}, False),
        ({"byte_length": 2}, {"byte_length": 3}, False),
    ],
)
def test_replacement_that_is_created_first_is_rejected_when_it_keeps_the_name(
    before: Mapping[str, Any], after: Mapping[str, Any], is_rejected: bool
) -> None:
    assert ("answers 409" in _rejection(FIRST, before, after)) is is_rejected
    assert not _rejection(LAST, before, after)


@pytest.mark.parametrize(
    ("old", "new", "is_rejected"),
    [
        ("POSTGRES_16", "POSTGRES_15", True),
        ("POSTGRES_15", "POSTGRES_9_6", True),
        ("POSTGRES_15", "POSTGRES_16", False),
        ("POSTGRES_9_6", "POSTGRES_10", False),
        (None, "POSTGRES_16", False),
    ],
)
def test_earlier_database_version_is_rejected(old: str, new: str, is_rejected: bool) -> None:
    sides = {"database_version": old}, {"database_version": new}
    assert ("does not go back" in _rejection(["update"], *sides)) is is_rejected


@pytest.mark.parametrize("actions", [["delete"], FIRST, LAST])
def test_deletion_protection_in_the_state_is_rejected(actions: list[str]) -> None:
    assert "deletion_protection" in _rejection(actions, {"deletion_protection": True}, None)
    assert not _rejection(actions, {"deletion_protection": False}, None)
    assert not _rejection(["update"], {"deletion_protection": True}, {})
