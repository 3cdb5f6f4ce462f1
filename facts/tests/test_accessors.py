"""The functions with logic of their own; those that return a value as it is filed have none."""

import pytest

from facts import cloud_armor, cloud_run, cloud_sql, iam, names, roles
from facts.cloud_run import Generation


@pytest.mark.parametrize(
    ("cpu", "generation", "expected"),
    [
        (0.05, 1, None),
        (0.08, 1, (128, 512)),
        (0.5, 1, (128, 1024)),
        (1, 1, (128, 4096)),
        (1, 2, (512, 4096)),
        (4.0, 2, (2048, 16384)),
        (6, 2, (4096, 24576)),
        (3, 2, None),
    ],
)
def test_memory_range_depends_on_cpu_and_generation(
    cpu: float, generation: Generation, expected: tuple[int, int] | None
) -> None:
    assert cloud_run.memory_range_mib(cpu, generation) == expected


@pytest.mark.parametrize(
    ("memory_gib", "expected"), [(0.5, 0), (0.6, 25), (3.75, 100), (7, 200), (480, 1000)]
)
def test_default_max_connections_grows_with_memory(memory_gib: float, expected: int) -> None:
    assert cloud_sql.default_max_connections(memory_gib) == expected


def test_role_names_is_none_when_no_list_is_on_file() -> None:
    assert "invoker" in (iam.role_names("run") or ())
    assert iam.role_names("spanner") is None


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("secretmanager.versions.access", True),
        ("secretmanager.versions.get", False),
        ("apigee.keyvaluemapentries.get", True),
        ("apigee.environments.get", False),
    ],
)
def test_reads_data_tells_data_from_settings(permission: str, *, expected: bool) -> None:
    assert iam.reads_data(permission) is expected


def test_pattern_raises_when_the_api_publishes_none() -> None:
    with pytest.raises(KeyError):
        names.pattern("budget")


def test_429_is_a_status_of_rate_limits_alone() -> None:
    assert "deny(429)" in cloud_armor.exceed_actions("CLOUD_ARMOR")
    assert "deny(429)" not in cloud_armor.rule_actions("CLOUD_ARMOR")
    assert "deny(502)" in cloud_armor.rule_actions("CLOUD_ARMOR")


@pytest.mark.parametrize("kind", ["CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_INTERNAL_SERVICE"])
def test_only_policies_of_backends_redirect(kind: str) -> None:
    assert "redirect" in cloud_armor.rule_actions("CLOUD_ARMOR")
    assert "redirect" in cloud_armor.exceed_actions("CLOUD_ARMOR")
    assert "redirect" not in cloud_armor.rule_actions(kind) | cloud_armor.exceed_actions(kind)


def test_predefined_roles_include_those_with_dots_and_those_without_a_service() -> None:
    assert {"roles/compute.instanceAdmin.v1", "roles/browser", "roles/owner"} <= roles.predefined()
    assert {"roles/run", "roles/", "roles/run.admins"}.isdisjoint(roles.predefined())


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("roles/storage.objectviewer", "roles/storage.objectViewer"),
        ("roles/pubsub.publishers", "roles/pubsub.publisher"),
    ],
)
def test_resembled_role_ignores_case_and_small_differences(role: str, expected: str) -> None:
    assert roles.resembled(role)[0] == expected
