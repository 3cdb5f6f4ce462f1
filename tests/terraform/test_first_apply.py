"""Tests of what differs between a project in use and a new one, or one with strict policies."""

from pathlib import Path

import pytest

from offline.cloud.quotas import Quotas
from offline.terraform.session import Offline
from offline.warnings import find_warnings
from tests.template import platform, platforms, stacks, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import Workspace, actions

GRANTS = (
    "google_cloud_run_v2_service_iam_member.",
    "google_storage_bucket_iam_member.static_public",
)


@pytest.mark.slow
def test_services_answer_load_balancer_when_grants_to_all_users_are_removed(
    applied: Applied,
) -> None:
    workspace = applied(platforms()["dev"])
    workspace.write(platform(variant("dev", {"load_balancer.grant_all_users": False})))
    changes = actions(workspace.plan())
    deleted = {address for address, change in changes.items() if change == ["delete"]}
    assert deleted
    assert all(address.startswith(GRANTS) for address in deleted)
    assert {tuple(change) for change in changes.values()} == {("delete",), ("update",)}
    workspace.run("apply", "plan")
    assert workspace.is_unchanged()
    warnings = find_warnings(workspace.cloud.fake_cloud, Quotas())
    assert not [warning for warning in warnings if "403" in warning]


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("dev-bootstrap", ("google_iam_workload_identity_pool",)),
        pytest.param(
            "prod",
            (
                "google_bigquery_data_transfer_config",
                "google_cloud_scheduler_job",
                "google_service_networking_connection",
                "google_workflows_workflow",
            ),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_second_apply_continues_when_apis_and_service_agents_were_late(
    tmp_path: Path, name: str, types: tuple[str, ...]
) -> None:
    with Offline(quotas=Quotas(delayed=dict.fromkeys(types, 1))) as cloud:
        workspace = Workspace(cloud, tmp_path / "stack")
        workspace.write(stacks()[name])
        workspace.run("init")
        failed = workspace.run("apply", "-auto-approve", expect=1)
        assert "wait a few minutes for the action to propagate" in failed.stderr
        for _ in types:  # one late resource can be behind another
            if workspace.run("apply", "-auto-approve", expect=(0, 1)).returncode == 0:
                break
        assert workspace.is_unchanged()
