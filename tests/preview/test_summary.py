"""Tests of the printed text: changes of a plan, protections, summary, and steps."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from contract.plan import Change, planned_changes
from preview import summary
from preview.changes import SECRET, Changes, changes, differences
from preview.progress import Steps
from preview.protection import Protection, find_protections
from preview.summary import Summary


def create_console() -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(file=stream, width=100, highlight=False), stream


def change(address: str, *actions: str, **sides: Any) -> dict[str, Any]:
    names = {"address": address, "mode": "managed", "type": "google_sql", "name": address}
    return {**names, "change": {"actions": list(actions), **sides}}


def planned(address: str, *actions: str, **sides: Any) -> Change:
    """Return the planned change of one resource."""
    [planned_change] = planned_changes({"resource_changes": [change(address, *actions, **sides)]})
    return planned_change


def test_counts_excludes_no_ops_and_reads() -> None:
    plan = changes(
        {
            "resource_changes": [
                change("a", "create"),
                change("b", "no-op"),
                change("c", "read"),
                change("d", "update", before={}, after={}),
                change("e", "delete", "create", before={}, after={}),
                change("f", "create", "delete", before={}, after={}),
                change("g", "delete"),
            ]
        }
    )
    assert plan.counts() == "1 to create, 1 to update, 2 to replace, 1 to delete"
    assert changes({}).counts() == "no changes"


def test_drift_of_nulls_that_are_read_as_empty_is_not_shown() -> None:
    """As the genuine provider 6.50.0 returns an uptime check after its creation."""
    drift = [
        change(
            "a", "update", before={"x": None, "y": {"z": None}}, after={"x": [], "y": {"z": ""}}
        ),
        change("b", "update", before={"x": None, "y": 1}, after={"x": {}, "y": 2}),
    ]
    assert [one.address for one in changes({"resource_drift": drift}).drifted] == ["b"]


def test_differences_returns_paths_with_both_values() -> None:
    plan = changes(
        {
            "resource_changes": [
                change(
                    "a",
                    "update",
                    before={"same": 1, "settings": [{"tier": "small"}], "gone": "x"},
                    after={"same": 1, "settings": [{"tier": "large"}], "new": True},
                    after_unknown={"id": True},
                )
            ],
            "resource_drift": [change("b", "update", before={"x": 1}, after={"x": 2})],
        }
    )
    assert differences(plan.planned[0]) == [
        ("gone", "x", "(none)"),
        ("id", "(none)", "(known after apply)"),
        ("new", "(none)", "true"),
        ("settings.0.tier", "small", "large"),
    ]
    assert [(change.address, change.action) for change in plan.drifted] == [("b", "update")]
    assert differences(plan.drifted[0]) == [("x", "1", "2")]


@pytest.mark.parametrize(
    ("before", "after", "unknown", "lines"),
    [
        ({"l": [1]}, {"l": [1, 2]}, {}, [("l.1", "(none)", "2")]),
        ({"m": None}, {"m": {"k": "v"}}, {}, [("m.k", "(none)", "v")]),
        ({"m": {"k": "v"}}, {}, {}, [("m.k", "v", "(none)")]),
        ({"n": None, "e": []}, {}, {}, []),
        (
            {"b": [{"c": "x", "d": 1}]},
            {"b": [{"d": 1}]},
            {"b": [{"c": True}]},
            [("b.0.c", "x", "(known after apply)")],
        ),
        ({"id": "x"}, {"id": "x"}, {"id": False}, []),
    ],
)
def test_differences_descends_to_leaves(
    before: dict[str, Any],
    after: dict[str, Any],
    unknown: dict[str, Any],
    lines: list[tuple[str, str, str]],
) -> None:
    sides = {"before": before, "after": after, "after_unknown": unknown}
    assert differences(planned("a", "update", **sides)) == lines


@pytest.mark.parametrize("sensitive", [{"inner": {"p": True}}, {"inner": True}, True])
def test_differences_hides_sensitive_values(sensitive: Any) -> None:
    sides = {"before": {"inner": {"p": "s3cret"}}, "after": {"inner": {"p": "s3cret2"}}}
    plan = changes(
        {"resource_changes": [change("a", "update", **sides, after_sensitive=sensitive)]}
    )
    assert differences(plan.planned[0]) == [("inner.p", SECRET, SECRET)]


def state(*listed: dict[str, Any]) -> dict[str, Any]:
    """Return a state in the format of `show -json`, with the last resource in a module."""
    full = [{"mode": "managed", "address": f"{r['type']}.{r['name']}", **r} for r in listed]
    module = {"resources": full[:-1], "child_modules": [{"resources": full[-1:]}]}
    return {"values": {"root_module": module}}


def resource(type_: str, name: str, **values: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, "values": values}


def test_find_protections_reads_state_and_configuration() -> None:
    applied = state(
        resource("google_sql", "a", settings=[{"deletion_protection_enabled": True}]),
        resource("google_run", "b", deletion_protection=True),
        resource("google_run", "c", deletion_protection=False, deletion_policy="DELETE"),
        resource("google_net", "d", deletion_policy="PREVENT"),
        resource("google_redis", "e"),
    )
    stack = {
        "resource": {
            "google_redis": {"e": {"lifecycle": {"prevent_destroy": True}}},
            "google_gone": {"f": {"lifecycle": {"prevent_destroy": True}}},
        }
    }
    assert find_protections(stack, applied) == [
        Protection("google_sql.a", "settings.deletion_protection_enabled"),
        Protection("google_run.b", "deletion_protection"),
        Protection("google_net.d", "deletion_policy"),
        Protection("google_redis.e", "lifecycle.prevent_destroy"),
    ]
    assert find_protections({}, {}) == []


GROUPS = {"google_api.a": "apis", "google_api.b": "apis", "google_net.n": "network"}
STATE = state(
    resource("google_api", "a", id="ia"),
    resource("google_net", "n", id="in"),
    resource("google_api", "b", id="ib"),
)


def test_types_by_group_lists_applied_resources() -> None:
    assert summary.types_by_group(GROUPS, STATE) == {
        "apis": ["google_api", "google_api"],
        "network": ["google_net"],
    }


def test_creation_order_takes_last_creation_of_existing_resources() -> None:
    created = [
        ("google_net", "in"),  # deleted since
        ("google_api", "ia"),
        ("google_api", "of another environment"),
        ("google_net", "in"),
        ("google_api", "ib"),
    ]
    assert summary.creation_order(GROUPS, STATE, created) == ["apis", "network", "apis"]


def test_flatten_outputs_hides_sensitive_values() -> None:
    outputs = {
        "services": {"value": {"api": {"uri": "https://x"}}},
        "hosts": {"value": ["a", "b"]},
        "count": {"value": 3},
        "password": {"value": "s3cret", "sensitive": True},
    }
    assert summary.flatten_outputs(outputs) == {
        "services.api.uri": "https://x",
        "hosts": "a, b",
        "count": "3",
        "password": "(sensitive)",
    }


def test_print_summary_writes_plain_text_within_the_width() -> None:
    console, stream = create_console()
    summary.print_summary(
        Summary(
            environment="dev",
            seconds=6.44,
            types={"network": ["google_net"], "apis": ["google_api", "google_api"]},
            order=["apis", "apis", "network", "network"],
            outputs={"lb_ip": "10.1.2.3", "list": "[1]"},
            page=".cache/offline/dev.html",
            placeholders=["openai_key"],
            warnings=["secret key has no version"],
            next_steps=[("make try-destroy ENV=dev", "destroys it")],
        ),
        console,
    )
    text = stream.getvalue()
    lines = [line.rstrip() for line in text.splitlines()]
    assert "dev is applied: 3 resources in 2 groups, 6.4 s, on this machine only" in lines
    half = summary.COLUMNS // 4
    apis = next(n for n, line in enumerate(lines) if line.startswith("apis"))
    assert lines[apis].split()[:2] == ["apis", "2"]
    assert lines[apis].count("█") == lines[apis + 1].count("█") == 2
    assert lines[apis].index("█") + 2 * half == lines[apis + 1].index("█")
    assert lines[apis + 1].startswith("network")
    assert "2 api" in lines[apis]
    for part in (
        "lb_ip",
        "10.1.2.3",
        "[1]",
        "openai_key",
        "secret key has no version",
        ".cache/offline/dev.html",
        "make try-destroy",
    ):
        assert part in text
    assert "\x1b" not in text
    assert max(map(len, lines)) <= 100


def test_print_changes_limits_resources_and_attributes() -> None:
    console, stream = create_console()
    many = {f"a{n}": "x" * 100 for n in range(23)}
    listed = (
        planned("google_sql.main", "update", before=many, after=dict.fromkeys(many, "[bold]")),
        *(planned(f"r{n}", "delete") for n in range(20)),
    )
    summary.print_changes(Changes(listed, (planned("d", "delete"),)), console)
    text = stream.getvalue()
    assert "~ google_sql.main  update" in text
    assert "… → [bold]" in text
    assert "… and 3 more attributes" in text
    assert "… and 9 more resources" in text
    assert text.index("Changed outside Terraform") < text.index("To change")
    summary.print_changes(Changes((), ()), console)
    assert stream.getvalue() == text


def test_step_prints_one_line_with_its_result() -> None:
    console, stream = create_console()
    steps = Steps(console)
    with steps.step("plan") as step:
        step.detail = "3 to create"
    with pytest.raises(ValueError, match="boom"), steps.step("apply"):
        raise ValueError("boom")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].split()[:2] == ["✓", "plan"]
    assert lines[0].endswith("3 to create")
    assert lines[1].split()[:2] == ["✗", "apply"]
    assert json.dumps(stream.getvalue()).count("\\u001b") == 0


def test_long_values_are_cut_to_the_part_that_differs() -> None:
    query = "select metric.type where resource.label and " * 4
    before, after = f"{query} > 0.05 for 5 m", f"{query} > 0.10 for 5 m"
    sides = {"before": {"filter": before}, "after": {"filter": after}}
    console, stream = create_console()
    plan = changes({"resource_changes": [change("a.b", "update", **sides)]})
    summary.print_changes(plan, console)
    [line] = [line for line in stream.getvalue().splitlines() if "filter" in line]
    assert "0.05" in line
    assert "0.10" in line
    assert len(line) < 160
