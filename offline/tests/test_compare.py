"""Differences between two lives of a directory, and the copy that Terraform runs in."""

from pathlib import Path
from typing import Any

import pytest
from command_line import Cli, command_line

from offline.compare import doors
from offline.compare.differences import compare
from offline.compare.life import UNKNOWN, Life, Planned, read_plan
from offline.compare.scratch import copy
from offline.terraform.session import Offline

TOPIC = "google_pubsub_topic.orders"


def planned(**values: Any) -> Life:
    return Life(plan={TOPIC: Planned(["create"], values, [])})


def applied(planned_: dict[str, Any], **values: Any) -> Life:
    return Life(plan={TOPIC: Planned(["create"], planned_, [])}, state={TOPIC: values})


def found(genuine: Life, embedded: Life) -> list[tuple[Any, ...]]:
    return [
        (one.step, one.attribute, one.genuine, one.embedded)
        for one in compare(genuine, embedded).differences
    ]


def test_plan_marks_what_is_unknown() -> None:
    shown = {
        "address": TOPIC,
        "change": {
            "actions": ["create"],
            "after": {"name": "orders", "rule": [{"action": "Delete"}]},
            "after_unknown": {"id": True, "rule": [{"size": True}]},
            "replace_paths": [["rule", 0, "action"]],
        },
    }
    assert read_plan({"resource_changes": [shown]})[TOPIC] == Planned(
        ["create"],
        {"name": "orders", "id": UNKNOWN, "rule": [{"action": "Delete", "size": UNKNOWN}]},
        ["rule.0.action"],
    )


def test_plan_differs_in_null_zero_and_unknown() -> None:
    genuine = planned(labels=None, schema="", project=UNKNOWN, ports=[])
    embedded = planned(labels={}, schema=None, project="example", ports=None)
    assert found(genuine, embedded) == [
        ("plan", "labels", None, {}),
        ("plan", "ports", [], None),
        ("plan", "project", UNKNOWN, "example"),
        ("plan", "schema", "", None),
    ]


def test_plan_is_equal_when_only_the_project_number_differs() -> None:
    genuine = planned(member="serviceAccount:service-123456789012@example.com")
    embedded = planned(member="serviceAccount:service-836392539513@example.com")
    assert found(genuine, embedded) == []


@pytest.mark.parametrize(
    ("name", "genuine", "embedded"),
    [
        ("create_time", "2026-01-02T03:04:05.123456Z", "2025-06-07T08:09:10Z"),
        ("etag", "BwYk", "89ab"),
        (
            "self_link",
            "http://127.0.0.1:1/v1/projects/p",
            "https://www.googleapis.com/v1/projects/p",
        ),
        ("number", "123456789012", "836392539513"),
        ("generation", 3, 1),
        ("ip_address", "10.0.0.2", "34.1.2.3"),
        ("uid", "6e3d3f4a-0c5b-4e57-8f43-0d1c9a6a1b2c", "00000000-0c5b-4e57-8f43-0d1c9a6a1b2c"),
    ],
)
def test_invented_values_of_one_kind_are_equal(name: str, genuine: Any, embedded: Any) -> None:
    unknown = {name: UNKNOWN}
    assert not found(applied(unknown, **{name: genuine}), applied(unknown, **{name: embedded}))
    known = {name: genuine}
    assert bool(found(applied(known, **{name: genuine}), applied(known, **{name: embedded}))) == (
        name != "number"
    )


@pytest.mark.parametrize(
    ("name", "genuine", "embedded"),
    [
        ("state", "ACTIVE", "89ab51f0c2d3e4f5"),
        ("create_time", "2026-01-02T03:04:05Z", "89ab51f0c2d3e4f5"),
        ("delete_time", "", "2026-01-02T03:04:05Z"),
        ("etag", "BwYk", ""),
        ("size", 10, 0),
        ("is_ready", True, 1),
    ],
)
def test_invented_values_of_two_kinds_differ(name: str, genuine: Any, embedded: Any) -> None:
    unknown = {name: UNKNOWN}
    assert found(applied(unknown, **{name: genuine}), applied(unknown, **{name: embedded})) == [
        ("apply", name, genuine, embedded)
    ]


def test_blocks_are_compared_with_their_most_similar() -> None:
    first, second = {"port": 1, "name": "a"}, {"port": 2, "name": "b"}
    assert found(planned(rule=[first, second]), planned(rule=[second | {"name": None}, first])) == [
        ("plan", "rule.1.name", "b", None)
    ]
    assert found(planned(rule=[first, second]), planned(rule=[second, first])) == [
        ("plan", "rule.order", [0, 1], [1, 0])
    ]


def test_outcome_of_each_step_is_compared() -> None:
    genuine = Life(second_plan={TOPIC: ["update"]}, left=[TOPIC])
    embedded = Life(
        errors={"apply": ["Error creating Topic: 404\n\n  with x,\n  on main.tf line 1"]}
    )
    assert found(genuine, embedded) == [
        ("second plan", "actions", ["update"], ["no-op"]),
        ("destroy", "", "in the state", "destroyed"),
        ("apply", "result", "succeeds", "Error creating Topic: 404 with x,"),
    ]


def test_copy_has_the_modules_and_files_above_the_directory(tmp_path: Path) -> None:
    stack, module = tmp_path / "live" / "dev", tmp_path / "modules" / "topic"
    for folder in (stack, module, stack / ".terraform", tmp_path / "secrets"):
        folder.mkdir(parents=True)
    (stack / "main.tf").write_text('module "topic" {\n  source = "../../modules/topic"\n}\n')
    (module / "main.tf").write_text('locals {\n  text = file("${path.module}/../text")\n}\n')
    (stack / "terraform.tfstate").write_text("{}")
    place = copy(stack, tmp_path.parent / f"{tmp_path.name}-copy")
    assert (place / "../../modules/topic/main.tf").is_file()
    assert sorted(file.name for file in place.iterdir()) == [
        "main.tf",
        "zz_offline_override.tf.json",
    ]


def test_command_rejects_a_missing_directory(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = command_line(capfd, monkeypatch, tmp_path)("compare", "absent")
    assert (done.returncode, done.stderr) == (
        2,
        "Error: Directory absent does not exist\n  --> offline compare\n"
        "help: Name a directory that exists\n",
    )


@pytest.fixture
def compare_embedded(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    """Return the command line in a folder with a topic, with the embedded provider twice."""
    topic = 'variable "name" {}\nresource "google_pubsub_topic" "orders" {\n  name = var.name\n}\n'
    provider = 'provider "google" {\n  project = "example-project"\n}\n'
    for name, text in (("stack", topic + provider), ("empty", ""), ("bare", provider)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)
    (tmp_path / "empty" / "main.tf").unlink()
    (tmp_path / "given.tfvars").write_text('name = "orders"\n')
    monkeypatch.setattr(doors, "DOORS", dict.fromkeys(("genuine", "embedded"), lambda _: Offline()))
    return command_line(capfd, monkeypatch, tmp_path)


@pytest.mark.parametrize("more", [(), ("--plan-only",), ("--json",)])
def test_command_fails_when_neither_provider_can_plan(
    more: tuple[str, ...], compare_embedded: Cli
) -> None:
    done = compare_embedded("compare", "stack", *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "Error: The plan of stack fails with both providers\n  --> offline compare\n"
        '      genuine   No value for required variable The root module input variable "name" is'
    )


@pytest.mark.parametrize("folder", ["empty", "bare"])
def test_command_fails_when_there_is_nothing_to_compare(folder: str, compare_embedded: Cli) -> None:
    done = compare_embedded("compare", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: The plan of {folder} has no resources to compare\n")


def test_command_rejects_a_missing_file_of_variables(compare_embedded: Cli) -> None:
    done = compare_embedded("compare", "stack", "-var-file=absent.tfvars")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: File absent.tfvars does not exist\n")


@pytest.mark.parametrize(
    ("options", "env"),
    [
        (("-var", "name=orders"), {}),
        (("-var-file", "given.tfvars"), {}),
        ((), {"TF_VAR_name": "orders"}),
    ],
)
def test_command_gives_variables_to_each_step(
    options: tuple[str, ...], env: dict[str, str], compare_embedded: Cli
) -> None:
    done = compare_embedded("compare", "stack", *options, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("equal plans 1 of 1; equal states 1 of 1; second plan empty: ")
    assert "destroyed: genuine yes, embedded yes" in done.stdout


def test_command_finds_the_difference_when_one_provider_cannot_plan(
    compare_embedded: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(doors.DOORS, "embedded", lambda _: Offline(types=()))
    done = compare_embedded("compare", "stack", "-var=name=orders")
    assert done.returncode == 1
    assert '    embedded  "Invalid resource type' in done.stdout


def test_what_random_draws_is_equal_also_in_other_values() -> None:
    def life(drawn: str) -> Life:
        state = {
            "random_id.suffix": {"hex": drawn, "byte_length": 2},
            "google_sql_database_instance.main": {"name": f"db-{drawn}", "link": f"i/db-{drawn}/x"},
        }
        return Life(state=state)

    assert found(life("5352"), life("461a")) == []
    assert [one[1] for one in found(life("5352"), life("461ab"))] == ["link", "name", "hex"]


@pytest.mark.parametrize(
    ("address", "name", "one", "other", "equal"),
    [
        ("random_pet.x", "id", "corpus-glad-cat", "corpus-complete-sturgeon", True),
        ("random_pet.x", "id", "corpus-glad-cat", "corpus-cat", False),
        ("random_shuffle.x", "result", ["a", "b"], ["b", "a"], True),
        ("random_shuffle.x", "result", ["a", "b"], ["b"], False),
    ],
)
def test_what_random_draws_is_equal_if_it_is_of_one_kind(
    address: str, name: str, one: Any, other: Any, *, equal: bool
) -> None:
    lives = (Life(state={address: {name: value}}) for value in (one, other))
    assert (found(*lives) == []) is equal


def test_members_that_the_api_adds_to_json_are_invented() -> None:
    planned_ = {"content": '{"rows":[1]}'}
    genuine = applied(planned_, content='{"etag":"ZTE=","rows":[1]}')
    assert found(genuine, applied(planned_, content='{"etag":"b2s=","rows":[1]}')) == []
    assert found(genuine, applied(planned_, content='{"etag":"b2s=","rows":[2]}')) == [
        ("apply", "content.rows", [1], [2])
    ]
    assert [one[1] for one in found(genuine, applied(planned_, content='{"rows":[1]}'))] == [
        "content"
    ]


def test_values_that_the_creation_invented_stay_invented_in_an_update() -> None:
    def updated(number: str, **state: Any) -> Life:
        life = Life(plan={TOPIC: Planned(["update"], {"topic": f"topics/{number}"}, [])})
        life.state = {TOPIC: {"topic": f"topics/{number}", **state}}
        life.created = {TOPIC: {"topic": UNKNOWN, "name": "orders"}}
        return life

    assert found(updated("12", name="orders"), updated("345", name="orders")) == []
    assert found(updated("12", name="orders"), updated("x", name="other")) == [
        ("plan", "topic", "topics/12", "topics/x"),
        ("apply", "name", "orders", "other"),
        ("apply", "topic", "topics/12", "topics/x"),
    ]
