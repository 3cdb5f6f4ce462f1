"""The bootstrap's life: a local state first, then the bucket that it made, then the platform."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from environments import load
from offline.terraform.session import Offline
from tests.repetition import environments
from tests.template import Template, bootstraps, platforms
from tests.terraform.workspace import Workspace, actions

LOCAL = "backend_override.tf.json"
"""What docs/bootstrap.md has a person write, and take away again."""


@pytest.fixture
def real() -> Iterator[Offline]:
    """Provide an offline Google in which a bucket exists only once Terraform has made it."""
    with Offline(create_buckets=False) as session:
        yield session


def bootstrapped(cloud: Offline, folder: Path, name: str) -> Workspace:
    """Return the bootstrap of an environment, applied with a local state."""
    workspace = Workspace(cloud, folder / f"{name}-bootstrap")
    workspace.write(bootstraps()[name])
    override = '{"terraform": {"backend": {"local": {}}}}'
    (workspace.folder / LOCAL).write_text(override, encoding="utf-8")
    workspace.run("init")
    workspace.run("validate")
    workspace.apply()
    return workspace


def moved(workspace: Workspace) -> Workspace:
    """Return the same, with its state in the bucket."""
    (workspace.folder / LOCAL).unlink()
    workspace.run("init", "-migrate-state", "-force-copy")
    return workspace


def test_without_the_bootstrap_there_is_no_bucket_for_a_state(
    real: Offline, tmp_path: Path
) -> None:
    workspace = Workspace(real, tmp_path / "dev")
    workspace.write(platforms()["dev"])
    assert "doesn't exist" in workspace.run("init", expect=1).stderr


@pytest.mark.parametrize("name", environments())
def test_the_state_moves_into_the_bucket(real: Offline, tmp_path: Path, name: str) -> None:
    workspace = bootstrapped(real, tmp_path, name)
    state = load()[name].state
    assert real.bucket.store.names(state.bucket) == []
    before = json.loads(workspace.state())
    moved(workspace)
    assert real.bucket.store.names(state.bucket) == [f"{state.prefix}-bootstrap/default.tfstate"]
    after = json.loads(workspace.state())
    assert (after["resources"], after["outputs"]) == (before["resources"], before["outputs"])
    assert workspace.unchanged()
    assert workspace.outputs()["state_bucket"] == state.bucket


@pytest.mark.parametrize("name", environments("dev"))
def test_the_platform_keeps_its_state_beside_it(real: Offline, tmp_path: Path, name: str) -> None:
    moved(bootstrapped(real, tmp_path, name))
    workspace = Workspace(real, tmp_path / name)
    workspace.write(platforms()[name])
    workspace.run("init")
    workspace.apply()
    assert workspace.unchanged()
    state = load()[name].state
    assert real.bucket.store.names(state.bucket) == [
        f"{state.prefix}-bootstrap/default.tfstate",
        f"{state.prefix}/default.tfstate",
    ]


def test_the_state_bucket_is_not_destroyed(real: Offline, tmp_path: Path) -> None:
    workspace = moved(bootstrapped(real, tmp_path, "dev"))
    refused = workspace.run("destroy", "-auto-approve", expect=1)
    assert "Instance cannot be destroyed" in refused.stderr
    assert "google_storage_bucket.tfstate" in refused.stderr


def test_a_role_that_the_bootstrap_has_not_made_can_not_be_granted(
    real: Offline, tmp_path: Path
) -> None:
    workspace = bootstrapped(real, tmp_path, "prod")
    [export] = [
        one for one in real.world.resources["google_project_iam_custom_role"] if "sql" in one
    ]
    real.world.delete("google_project_iam_custom_role", export)
    moved(workspace)
    platform = Workspace(real, tmp_path / "prod")
    platform.write(platforms()["prod"])
    platform.run("init")
    refused = platform.run("apply", "-auto-approve", expect=1)
    assert f"Role {export} does not exist" in refused.stderr


def test_a_pool_keeps_its_name_for_a_while_when_it_is_gone(real: Offline, tmp_path: Path) -> None:
    workspace = moved(bootstrapped(real, tmp_path, "dev"))
    template = Template(deepcopy(bootstraps()["dev"].document))
    resources = template.document["resource"]
    del resources["google_iam_workload_identity_pool"]["ci_plan"]
    del resources["google_iam_workload_identity_pool_provider"]["ci_plan"]
    del resources["google_service_account_iam_member"]["ci_plan_federation"]
    del template.document["output"]["ci_plan"]
    workspace.write(template)
    assert actions(workspace.plan())["google_iam_workload_identity_pool.ci_plan"] == ["delete"]
    workspace.run("apply", "plan")
    workspace.write(bootstraps()["dev"])
    refused = workspace.run("apply", "-auto-approve", expect=1)
    assert "deleted recently" in refused.stderr
