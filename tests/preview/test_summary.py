"""What a person reads: the changes of a plan, what is protected, the summary, the steps."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from contract.plan import Change, planned_changes
from preview import summary
from preview.changes import SECRET, Changes, changes, differences
from preview.graph import Graph, Node
from preview.progress import Steps
from preview.protection import Protection, protections
from preview.summary import Summary


def console() -> tuple[Console, io.StringIO]:
    to = io.StringIO()
    return Console(file=to, width=100, highlight=False), to


def change(address: str, *actions: str, **sides: Any) -> dict[str, Any]:
    names = {"address": address, "mode": "managed", "type": "google_sql", "name": address}
    return {**names, "change": {"actions": list(actions), **sides}}


def planned(address: str, *actions: str, **sides: Any) -> Change:
    """The planned change of one resource."""
    (found,) = planned_changes({"resource_changes": [change(address, *actions, **sides)]})
    return found


def test_actions_are_counted_and_no_ops_left_out() -> None:
    found = changes(
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
    assert found.counts() == "1 to create, 1 to update, 2 to replace, 1 to delete"
    assert changes({}).counts() == "no changes"


def test_differences_are_paths_with_both_values() -> None:
    found = changes(
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
    assert differences(found.planned[0]) == [
        ("gone", "x", "(none)"),
        ("id", "(none)", "(known after apply)"),
        ("new", "(none)", "true"),
        ("settings.0.tier", "small", "large"),
    ]
    assert [(one.address, one.action) for one in found.drifted] == [("b", "update")]
    assert differences(found.drifted[0]) == [("x", "1", "2")]


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
def test_differences_descend_to_the_last_leaf(
    before: dict[str, Any],
    after: dict[str, Any],
    unknown: dict[str, Any],
    lines: list[tuple[str, str, str]],
) -> None:
    sides = {"before": before, "after": after, "after_unknown": unknown}
    assert differences(planned("a", "update", **sides)) == lines


@pytest.mark.parametrize("sensitive", [{"inner": {"p": True}}, {"inner": True}, True])
def test_a_sensitive_value_is_never_in_a_difference(sensitive: Any) -> None:
    sides = {"before": {"inner": {"p": "s3cret"}}, "after": {"inner": {"p": "s3cret2"}}}
    found = changes(
        {"resource_changes": [change("a", "update", **sides, after_sensitive=sensitive)]}
    )
    assert differences(found.planned[0]) == [("inner.p", SECRET, SECRET)]


def state(*listed: dict[str, Any]) -> dict[str, Any]:
    """A state as `show -json` has it, the last resource in a module."""
    full = [{"mode": "managed", "address": f"{r['type']}.{r['name']}", **r} for r in listed]
    module = {"resources": full[:-1], "child_modules": [{"resources": full[-1:]}]}
    return {"values": {"root_module": module}}


def resource(type_: str, name: str, **values: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, "values": values}


def test_protections_come_from_the_state_and_the_configuration() -> None:
    shown = state(
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
    assert protections(stack, shown) == [
        Protection("google_sql.a", "settings.deletion_protection_enabled"),
        Protection("google_run.b", "deletion_protection"),
        Protection("google_net.d", "deletion_policy"),
        Protection("google_redis.e", "lifecycle.prevent_destroy"),
    ]
    assert protections({}, {}) == []


GRAPH = Graph(
    {
        f"{type_}.{name}": Node(f"{type_}.{name}", type_, name, room, "c")
        for type_, name, room in (
            ("google_api", "a", "apis"),
            ("google_api", "b", "apis"),
            ("google_net", "n", "network"),
        )
    },
    {},
)
SHOWN = state(
    resource("google_api", "a", id="ia"),
    resource("google_net", "n", id="in"),
    resource("google_api", "b", id="ib"),
)


def test_rooms_hold_the_types_that_are_applied() -> None:
    assert summary.rooms(GRAPH, SHOWN) == {
        "apis": ["google_api", "google_api"],
        "network": ["google_net"],
    }


def test_order_is_that_of_the_last_creation_of_what_is_there() -> None:
    created = [
        ("google_net", "in"),  # of an earlier life
        ("google_api", "ia"),
        ("google_api", "of another environment"),
        ("google_net", "in"),
        ("google_api", "ib"),
    ]
    assert summary.order(GRAPH, SHOWN, created) == ["apis", "network", "apis"]


def test_outputs_are_flat_and_never_sensitive() -> None:
    outputs = {
        "services": {"value": {"api": {"uri": "https://x"}}},
        "hosts": {"value": ["a", "b"]},
        "count": {"value": 3},
        "password": {"value": "s3cret", "sensitive": True},
    }
    assert summary.flat(outputs) == {
        "services.api.uri": "https://x",
        "hosts": "a, b",
        "count": "3",
        "password": "(sensitive)",
    }


def test_the_summary_reads_well_as_plain_text() -> None:
    to, text = console()
    summary.show(
        Summary(
            environment="dev",
            seconds=6.44,
            rooms={"network": ["google_net"], "apis": ["google_api", "google_api"]},
            order=["apis", "apis", "network", "network"],
            outputs={"lb_ip": "10.1.2.3", "list": "[1]"},
            picture=".cache/offline/dev.svg",
            given=["openai_key"],
            remarks=["secret key has no version"],
            next_steps=[("make try-destroy ENV=dev", "destroys it")],
        ),
        to,
    )
    said = text.getvalue()
    lines = [line.rstrip() for line in said.splitlines()]
    assert "dev is applied: 3 resources in 2 rooms, 6.4 s, on this machine alone" in lines
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
        ".cache/offline/dev.svg",
        "make try-destroy",
    ):
        assert part in said
    assert "\x1b" not in said
    assert max(map(len, lines)) <= 100


def test_changes_are_shown_shortly() -> None:
    to, text = console()
    many = {f"a{n}": "x" * 100 for n in range(9)}
    listed = (
        planned("google_sql.main", "update", before=many, after=dict.fromkeys(many, "[bold]")),
        *(planned(f"r{n}", "delete") for n in range(20)),
    )
    summary.show_changes(Changes(listed, (planned("d", "delete"),)), to)
    said = text.getvalue()
    assert "~ google_sql.main  update" in said
    assert "… → [bold]" in said
    assert "… and 3 more attributes" in said
    assert "… and 9 more resources" in said
    assert said.index("Changed outside Terraform") < said.index("To change")
    summary.show_changes(Changes((), ()), to)
    assert text.getvalue() == said


def test_a_step_is_told_once_with_its_end() -> None:
    to, text = console()
    steps = Steps(to)
    with steps.step("plan") as step:
        step.detail = "3 to create"
    with pytest.raises(ValueError, match="boom"), steps.step("apply"):
        raise ValueError("boom")
    lines = text.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].split()[:2] == ["✓", "plan"]
    assert lines[0].endswith("3 to create")
    assert lines[1].split()[:2] == ["✗", "apply"]
    assert json.dumps(text.getvalue()).count("\\u001b") == 0
