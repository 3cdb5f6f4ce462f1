"""What is said of a drift, from what Terraform shows of a plan."""

from typing import Any

import pytest

from operations.plan import drift_report


def read(
    before: dict[str, Any],
    after: dict[str, Any],
    config: dict[str, Any],
    **marks: Any,
) -> list[tuple[str, str, str, str]]:
    """Path, kind and values of the attributes that differ in one resource."""
    change = {"actions": ["update"], "before": before, "after": after, **marks}
    resource = {"mode": "managed", "address": "t.n", "type": "t", "name": "n", "change": change}
    (found,) = drift_report.read({"resource_drift": [resource]}, {"resource": {"t": {"n": config}}})
    return [(one.path, one.kind, one.before, one.after) for one in found.attributes]


SET, LEFT, UNSET = "set here", "left to releases", "not set here"


@pytest.mark.parametrize(
    ("before", "after", "config", "path", "kind"),
    [
        ({"a": 1}, {"a": 2}, {"a": 1}, "a", SET),
        ({"etag": "1"}, {"etag": "2"}, {"a": 1}, "etag", UNSET),
        ({"b": [{"c": 1}]}, {"b": [{"c": 2}]}, {"b": {"c": 1}}, "b[0].c", SET),
        ({"b": [{"c": 1}]}, {"b": [{"c": 2}]}, {"b": [{"c": 1}]}, "b[0].c", SET),
        ({"b": []}, {"b": [{"c": 2}]}, {"b": []}, "b", SET),
        ({"labels": {}}, {"labels": {"x": "y"}}, {"labels": {"z": "1"}}, "labels.x", SET),
        (
            {"template": [{"image": "1"}]},
            {"template": [{"image": "2"}]},
            {"template": {"image": "1"}, "lifecycle": {"ignore_changes": ["template[0].image"]}},
            "template[0].image",
            LEFT,
        ),
        (
            {"traffic": [{"percent": 100}]},
            {"traffic": [{"percent": 10}, {"percent": 90}]},
            {"traffic": [], "lifecycle": {"ignore_changes": ["traffic"]}},
            "traffic",
            LEFT,
        ),
    ],
)
def test_drift_names_owner_of_attribute(
    before: dict[str, Any], after: dict[str, Any], config: dict[str, Any], path: str, kind: str
) -> None:
    assert [found[:2] for found in read(before, after, config)] == [(path, kind)]


@pytest.mark.parametrize(
    "marks",
    [
        {"before_sensitive": {"a": [{"s": True}]}, "after_sensitive": {}},
        {"before_sensitive": {}, "after_sensitive": {"a": True}},
        {"before_sensitive": True, "after_sensitive": False},
    ],
)
def test_drift_hides_sensitive_value(marks: dict[str, Any]) -> None:
    found = read({"a": [{"s": "old"}]}, {"a": [{"s": "new"}]}, {"a": {"s": "old"}}, **marks)
    assert found == [("a[0].s", SET, "(sensitive)", "(sensitive)")]


def test_drift_hides_value_that_contains_sensitive_value() -> None:
    found = read({"a": []}, {"a": [{"s": "new"}]}, {"a": []}, after_sensitive={"a": [{"s": True}]})
    assert found == [("a", SET, "(sensitive)", "(sensitive)")]


@pytest.mark.parametrize("empty", ["", 0, False, [], {}])
def test_drift_omits_null_that_becomes_a_zero_value(empty: object) -> None:
    change = {"actions": ["update"], "before": {"a": None}, "after": {"a": empty}}
    resource = {"mode": "managed", "address": "t.n", "type": "t", "name": "n", "change": change}
    assert drift_report.read({"resource_drift": [resource]}, {}) == []


def test_drift_names_value_that_becomes_null() -> None:
    assert read({"a": ["x"]}, {"a": None}, {"a": ["x"]}) == [("a", SET, '["x"]', "null")]
