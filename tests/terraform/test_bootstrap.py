"""Tests of the bootstrap stack: local state, migration to its bucket, and the platform."""

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
"""Backend override of docs/bootstrap.md, removed after the first apply."""


@pytest.fixture
def real() -> Iterator[Offline]:
    """Start an offline Google in which only Terraform creates buckets."""
    with Offline(create_buckets=False) as session:
        yield session


def apply_bootstrap(cloud: Offline, folder: Path, name: str) -> Workspace:
    """Apply the bootstrap of an environment with a local state."""
    workspace = Workspace(cloud, folder / f"{name}-bootstrap")
    workspace.write(bootstraps()[name])
    override = '{"terraform": {"backend": {"local": {}}}}'
    (workspace.folder / LOCAL).write_text(override, encoding="utf-8")
    workspace.run("init")
    workspace.run("validate")
    workspace.apply()
    return workspace


def migrate_state(workspace: Workspace) -> Workspace:
    """Migrate the local state to the bucket."""
    (workspace.folder / LOCAL).unlink()
    workspace.run("init", "-migrate-state", "-force-copy")
    return workspace


def test_platform_init_fails_without_bootstrap(real: Offline, tmp_path: Path) -> None:
    workspace = Workspace(real, tmp_path / "dev")
    workspace.write(platforms()["dev"])
    assert "doesn't exist" in workspace.run("init", expect=1).stderr


@pytest.mark.parametrize("name", environments())
def test_bootstrap_state_migrates_to_its_bucket(real: Offline, tmp_path: Path, name: str) -> None:
    workspace = apply_bootstrap(real, tmp_path, name)
    state = load()[name].state
    assert real.bucket.store.names(state.bucket) == []
    before = json.loads(workspace.state())
    migrate_state(workspace)
    assert real.bucket.store.names(state.bucket) == [f"{state.prefix}-bootstrap/default.tfstate"]
    after = json.loads(workspace.state())
    assert (after["resources"], after["outputs"]) == (before["resources"], before["outputs"])
    assert workspace.is_unchanged()
    assert workspace.outputs()["state_bucket"] == state.bucket


@pytest.mark.parametrize("name", environments("dev"))
def test_platform_state_is_next_to_bootstrap_state(
    real: Offline, tmp_path: Path, name: str
) -> None:
    migrate_state(apply_bootstrap(real, tmp_path, name))
    workspace = Workspace(real, tmp_path / name)
    workspace.write(platforms()[name])
    workspace.run("init")
    workspace.apply()
    assert workspace.is_unchanged()
    state = load()[name].state
    assert real.bucket.store.names(state.bucket) == [
        f"{state.prefix}-bootstrap/default.tfstate",
        f"{state.prefix}/default.tfstate",
    ]


def test_destroy_keeps_state_bucket(real: Offline, tmp_path: Path) -> None:
    workspace = migrate_state(apply_bootstrap(real, tmp_path, "dev"))
    failed = workspace.run("destroy", "-auto-approve", expect=1)
    assert "Instance cannot be destroyed" in failed.stderr
    assert "google_storage_bucket.tfstate" in failed.stderr


def test_strict_platform_apply_fails_when_custom_role_is_missing(
    real: Offline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strict, because no page describes this rejection."""
    workspace = apply_bootstrap(real, tmp_path, "prod")
    [export] = [
        name
        for name in real.fake_cloud.resources["google_project_iam_custom_role"]
        if "sql" in name
    ]
    real.fake_cloud.delete("google_project_iam_custom_role", export)
    migrate_state(workspace)
    platform = Workspace(real, tmp_path / "prod")
    platform.write(platforms()["prod"])
    platform.run("init")
    monkeypatch.setenv("OFFLINE_STRICT", "1")
    failed = platform.run("apply", "-auto-approve", expect=1)
    assert f"Role {export} does not exist" in failed.stderr


def test_deleted_workload_identity_pool_reserves_its_name(real: Offline, tmp_path: Path) -> None:
    workspace = migrate_state(apply_bootstrap(real, tmp_path, "dev"))
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
    failed = workspace.run("apply", "-auto-approve", expect=1)
    assert "deleted recently" in failed.stderr
