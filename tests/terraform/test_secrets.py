"""No secret value is kept anywhere but in Google: searched for by value."""

import json
from pathlib import Path

import pytest

import offline.random_provider.random_values
from tests.repetition import environments
from tests.template import platforms
from tests.terraform.conftest import Applied
from tests.terraform.workspace import VARIABLES, Workspace

GENERATED = "generated-for-the-test-7f3a91c0"


@pytest.mark.parametrize("name", environments("dev"))
def test_no_value_of_a_secret_is_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made: list[str] = []

    def password(*_: object, **__: object) -> str:
        made.append(f"{GENERATED}-{len(made)}")
        return made[-1]

    monkeypatch.setattr(offline.random_provider.random_values, "_text", password)
    workspace.write(platforms()[name])
    said = [workspace.run("init").stdout]
    said.append(workspace.run("plan", "-out=plan").stdout)
    shown = workspace.run("show", "-json", "plan").stdout
    said += [shown, (workspace.run("apply", "plan")).stdout]
    said += [workspace.state(), workspace.run("output", "-json").stdout]
    world = workspace.cloud.world
    said.append(json.dumps(world.resources))
    said += [f"{event.id} {event.name} {event.reason}" for event in world.events]
    said += [text(file) for file in workspace.folder.rglob("*") if file.is_file()]
    assert len(made) >= 3, "the passwords were not made by the function that the test replaced"
    everything = "\n".join(said)
    assert GENERATED not in everything
    assert VARIABLES["TF_VAR_openai_key"] not in everything


def test_the_one_secret_in_the_state_is_that_of_redis(applied: Applied) -> None:
    workspace = applied(platforms()["dev"])
    [redis] = workspace.cloud.world.resources["google_redis_instance"].values()
    state = json.loads(workspace.state())
    holders = {
        f"{resource['type']}.{resource['name']}"
        for resource in state["resources"]
        if redis["auth_string"] in json.dumps(resource)
    }
    assert holders == {
        "google_redis_instance.cache_us_central1",
        "google_secret_manager_secret_version.redis_connection_us_central1",
    }


def test_the_plan_does_not_show_what_redis_keeps(applied: Applied) -> None:
    workspace = applied(platforms()["dev"])
    [redis] = workspace.cloud.world.resources["google_redis_instance"].values()
    said = workspace.run("plan", "-refresh-only").stdout + workspace.run("show").stdout
    assert redis["auth_string"] not in said


def text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")
