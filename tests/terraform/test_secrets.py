"""Tests that plan, state, outputs, and logs contain no secret value."""

import json
from pathlib import Path
from typing import Any

import pytest

import offline.random_provider.random_values
from tests.repetition import environments
from tests.template import platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import VARIABLES, Workspace, actions

GENERATED = "generated-for-the-test-7f3a91c0"


@pytest.mark.parametrize("name", environments("dev"))
def test_secret_values_are_not_stored(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    passwords: list[str] = []

    def password(*_: object, **__: object) -> str:
        passwords.append(f"{GENERATED}-{len(passwords)}")
        return passwords[-1]

    monkeypatch.setattr(offline.random_provider.random_values, "_text", password)
    workspace.write(platforms()[name])
    texts = [workspace.run("init").stdout]
    texts.append(workspace.run("plan", "-out=plan").stdout)
    plan = workspace.run("show", "-json", "plan").stdout
    texts += [plan, workspace.run("apply", "plan").stdout]
    texts += [workspace.state(), workspace.run("output", "-json").stdout]
    world = workspace.cloud.fake_cloud
    texts.append(json.dumps(world.resources))
    texts += [f"{event.id} {event.name} {event.reason}" for event in world.events]
    texts += [read(file) for file in workspace.folder.rglob("*") if file.is_file()]
    assert len(passwords) >= 3, "the provider did not call the replaced function"
    everything = "\n".join(texts)
    assert GENERATED not in everything
    assert VARIABLES["TF_VAR_openai_key"] not in everything


def test_state_contains_only_the_redis_secret(applied: Applied) -> None:
    workspace = applied(platforms()["dev"])
    [redis] = workspace.cloud.fake_cloud.resources["google_redis_instance"].values()
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


def test_plan_output_hides_redis_secret(applied: Applied) -> None:
    workspace = applied(platforms()["dev"])
    [redis] = workspace.cloud.fake_cloud.resources["google_redis_instance"].values()
    output = workspace.run("plan", "-refresh-only").stdout + workspace.run("show").stdout
    assert redis["auth_string"] not in output


def test_rotation_changes_no_service_with_secret_files(applied: Applied) -> None:
    changes: dict[str, Any] = {"services.api.secret_files": True}
    workspace = applied(platform(variant("dev", changes)))
    assert workspace.is_unchanged()
    changes |= {"database.password_version": 2, "secrets.jwt-secret.version": 2}
    workspace.write(platform(variant("dev", changes)))
    changed = actions(workspace.plan())
    assert {
        address for address in changed if address.startswith("google_cloud_run_v2_service.")
    } == {"google_cloud_run_v2_service.auth_service_us_central1"}
    workspace.run("apply", "plan")
    assert workspace.is_unchanged()


def read(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")
