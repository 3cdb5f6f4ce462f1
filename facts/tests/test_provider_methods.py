"""Methods that the provider calls for each type."""

import pytest

from facts import permissions, provider_methods
from facts.provider_methods import UnknownTypeError, methods, needed, unexpected
from facts.table import read

ENTRIES = {
    type_: entry
    for fact in read("provider_methods").values()
    for type_, entry in fact.value.items()
}
ACTIONS = {"read", "create", "update", "delete"}
EXISTING = frozenset().union(*(permissions.of_role(role) for role in permissions.roles()))


def _names(items: list[str | list[str]]) -> set[str]:
    return {item if isinstance(item, str) else item[0] for item in items}


@pytest.mark.parametrize("type_", sorted(ENTRIES))
def test_every_method_and_permission_of_a_type_is_known(type_: str) -> None:
    entry = ENTRIES[type_]
    assert ACTIONS <= set(entry) <= {*ACTIONS, "permissions"}
    named = {name for action in ACTIONS for name in _names(entry[action])}
    assert sorted(name for name in named if permissions.of_method(name) is None) == []
    besides = {name for items in entry.get("permissions", {}).values() for name in _names(items)}
    assert sorted(besides - EXISTING) == []


def test_needed_includes_act_as_when_a_service_account_is_attached() -> None:
    create = needed("google_cloud_run_v2_service", "create", {})
    assert create == {"run.services.create", "run.operations.get", "iam.serviceAccounts.actAs"}
    assert needed("google_cloud_run_v2_service", "read", {}) == {"run.services.get"}


def test_needed_includes_set_iam_policy_when_no_invoker_is_checked() -> None:
    attributes = {"invoker_iam_disabled": True}
    for action in ("create", "update"):
        needs = needed("google_cloud_run_v2_service", action, attributes)
        assert "run.services.setIamPolicy" in needs


@pytest.mark.parametrize(
    ("type_", "attributes", "method", "expected"),
    [
        ("google_storage_bucket", {"force_destroy": True}, "storage.objects.delete", True),
        ("google_storage_bucket", {"force_destroy": False}, "storage.objects.delete", False),
        ("google_storage_bucket", {}, "storage.objects.delete", False),
        ("google_sql_user", {"deletion_policy": "ABANDON"}, "sql.users.delete", False),
        ("google_sql_user", {}, "sql.users.delete", True),
        (
            "google_project_service",
            {"disable_on_destroy": False},
            "serviceusage.services.disable",
            False,
        ),
    ],
)
def test_methods_depend_on_attributes(
    type_: str, attributes: dict[str, object], method: str, *, expected: bool
) -> None:
    assert (method in methods(type_, "delete", attributes)) is expected


def test_needed_raises_when_the_type_is_unknown() -> None:
    with pytest.raises(UnknownTypeError, match="google_spanner_instance"):
        needed("google_spanner_instance", "read", {})


def test_unexpected_names_requests_that_the_list_lacks() -> None:
    recorded = [
        ("google_secret_manager_secret", "create", "secretmanager.projects.secrets.create"),
        ("google_secret_manager_secret", "create", "secretmanager.projects.secrets.get"),
        ("google_secret_manager_secret", "create", "secretmanager.projects.secrets.delete"),
        ("google_project", "read", "cloudbilling.projects.getBillingInfo"),
        ("google_spanner_instance", "read", "spanner.projects.instances.get"),
    ]
    assert unexpected(recorded) == [
        "google_secret_manager_secret create secretmanager.projects.secrets.delete",
        "google_spanner_instance read spanner.projects.instances.get",
    ]


def test_types_include_data_sources() -> None:
    assert "data.google_project" in provider_methods.types()
