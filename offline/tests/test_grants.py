"""Members, bindings, and policies of one resource, in one allow policy as Google keeps it."""

import json
from typing import Any

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.engine.judgement import judge
from offline.protocol.findings import collect
from offline.services.iam.grants import settle, siblings
from offline.services.registry import ApiError

FAMILIES = [
    ("google_project", {"project": "p"}),
    ("google_storage_bucket", {"bucket": "b/data"}),
    ("google_pubsub_topic", {"project": "p", "topic": "projects/p/topics/t"}),
]
VIEWER = "roles/viewer"


def _put(cloud: FakeCloud, type_: str, id_: str, **state: Any) -> None:
    cloud.put(type_, id_, {"id": id_, **state}, action="create")
    settle(type_, {"id": id_, **state}, cloud)


@pytest.mark.parametrize(("family", "on"), FAMILIES)
def test_member_joins_binding(family: str, on: dict[str, str]) -> None:
    """The next plan takes `b` out of the binding (hashicorp/terraform-provider-google#3621)."""
    cloud = FakeCloud()
    _put(cloud, f"{family}_iam_binding", "x", **on, role=VIEWER, members=["user:a@e.com"])
    _put(cloud, f"{family}_iam_member", "y", **on, role=VIEWER, member="user:b@e.com")
    [binding] = cloud.of(f"{family}_iam_binding")
    assert binding["members"] == ["user:a@e.com", "user:b@e.com"]


@pytest.mark.parametrize(("family", "on"), FAMILIES)
def test_binding_removes_members_of_its_role_alone(family: str, on: dict[str, str]) -> None:
    cloud = FakeCloud()
    condition = [{"title": "t", "expression": "true", "description": ""}]
    kept = {"role": VIEWER, "member": "user:c@e.com", "condition": condition}
    _put(cloud, f"{family}_iam_member", "y", **on, role=VIEWER, member="user:b@e.com")
    _put(cloud, f"{family}_iam_member", "c", **on, **kept)
    _put(cloud, f"{family}_iam_member", "z", **on, role="roles/editor", member="user:b@e.com")
    _put(cloud, f"{family}_iam_binding", "x", **on, role=VIEWER, members=["user:a@e.com"])
    assert [item["id"] for item in cloud.of(f"{family}_iam_member")] == ["c", "z"]


def test_policy_owns_everything_and_sees_members() -> None:
    cloud = FakeCloud()
    data = {"bindings": [{"role": VIEWER, "members": ["user:a@e.com"]}]}
    member = {"project": "p", "role": VIEWER, "member": "user:b@e.com"}
    _put(cloud, "google_project_iam_member", "y", **member)
    _put(cloud, "google_project_iam_policy", "p", project="p", policy_data=json.dumps(data))
    assert cloud.of("google_project_iam_member") == []
    _put(cloud, "google_project_iam_member", "y", **member)
    [policy] = cloud.of("google_project_iam_policy")
    assert json.loads(policy["policy_data"])["bindings"][0]["members"] == [
        "user:a@e.com",
        "user:b@e.com",
    ]


def test_member_is_on_the_same_resource_without_its_project() -> None:
    """Read of google_pubsub_subscription_iam_binding leaves the project out of the state."""
    cloud, family = FakeCloud(), "google_pubsub_subscription"
    binding = {"subscription": "s", "role": VIEWER, "members": ["user:a@e.com"]}
    member = {"subscription": "s", "project": "p", "role": VIEWER, "member": "user:b@e.com"}
    _put(cloud, f"{family}_iam_binding", "x", **binding)
    assert next(siblings(f"{family}_iam_member", member, cloud))[0] == "binding"
    other = member | {"subscription": "t"}
    assert not list(siblings(f"{family}_iam_member", other, cloud))


def test_warning_of_what_google_accepts_does_not_say_that_it_rejects() -> None:
    with collect() as findings:
        rules = lambda *_: [ApiError("a owns b", source="", is_accepted=True)]  # noqa: E731
        judge(FakeCloud(), "creating", "google_project_iam_member", {}, rules)
    assert [finding.summary for finding in findings] == ["a owns b"]


def test_deleted_member_leaves_binding() -> None:
    cloud = FakeCloud()
    member = {"project": "p", "role": VIEWER, "member": "user:b@e.com"}
    both = ["user:a@e.com", "user:b@e.com"]
    _put(cloud, "google_project_iam_member", "y", **member)
    _put(cloud, "google_project_iam_binding", "x", project="p", role=VIEWER, members=both)
    cloud.delete("google_project_iam_member", "y")
    settle("google_project_iam_member", member, cloud, gone=True)
    [binding] = cloud.of("google_project_iam_binding")
    assert binding["members"] == ["user:a@e.com"]
