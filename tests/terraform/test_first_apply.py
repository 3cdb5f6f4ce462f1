"""Tests of what differs between a project in use and a new one, or one with strict policies."""

from offline.cloud.quotas import Quotas
from offline.warnings import find_warnings
from tests.template import platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import actions

GRANTS = (
    "google_cloud_run_v2_service_iam_member.",
    "google_storage_bucket_iam_member.static_public",
)


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
