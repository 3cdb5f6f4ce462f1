"""Tests of `grid quota`: the needs of a synthesized stack."""

from typing import Any

import pytest

from facts import quotas
from operations.checks.needs import Need, needs
from operations.checks.stack import Stack
from tests.template import platforms


@pytest.fixture(scope="module")
def amounts() -> dict[tuple[str, str], Need]:
    document: dict[str, Any] = platforms()["prod"].document
    return {(need.place, need.what): need for need in needs(Stack(document))}


def test_cloud_run_needs_all_instances_of_all_services_and_jobs(
    amounts: dict[tuple[str, str], Need],
) -> None:
    # auth 100 x 2, api 200 x 4, ai 50 x 8 vCPU; the migration job and a smoke job 1 each
    assert amounts["us-central1", "Cloud Run: CPU of all services and jobs"].amount == 1402
    assert amounts["us-central1", "Cloud Run: CPU of the largest service or job"].amount == 800
    assert amounts["us-central1", "Cloud Run: memory of all services and jobs"].amount == 2601.5
    # Without the migration job, which runs in the primary region.
    assert amounts["us-east1", "Cloud Run: CPU of all services and jobs"].amount == 1001


def test_region_without_a_service_does_not_need_its_quota(
    amounts: dict[tuple[str, str], Need],
) -> None:
    assert amounts["us-central1", "Cloud Run: GPUs"].amount == 50
    assert ("us-east1", "Cloud Run: GPUs") not in amounts
    assert ("us-east1", "Vertex AI: replicas of the index") not in amounts


def test_needs_are_shown_with_the_quota_of_a_new_project(
    amounts: dict[tuple[str, str], Need],
) -> None:
    cpu = amounts["us-central1", "Cloud Run: CPU of all services and jobs"]
    assert cpu.to_dict()["new_project"] == quotas.new_project()["run_cpu"]
    assert amounts["us-east1", "Cloud SQL: CPU"].to_dict()["new_project"] is None


def test_needs_are_shown_with_the_default_quota(amounts: dict[tuple[str, str], Need]) -> None:
    services = amounts["us-central1", "Cloud Run: services"].to_dict()
    assert (services["amount"], services["default"]) == (3, 1000)
    groups = amounts["us-east1", "Compute Engine: NETWORK_ENDPOINT_GROUPS"]
    assert (groups.amount, groups.default) == (2, quotas.defaults()["network_endpoint_groups"])
    assert amounts["project", "Compute Engine: BACKEND_SERVICES"].default == 50
    assert amounts["project", "Compute Engine: SECURITY_POLICIES"].new_project == 0
    assert amounts["project", "Service accounts"].default == 100
    assert amounts["project", "Alert policies"].default == 2000
    assert amounts["project", "Secrets"].default is None


def test_database_needs_instance_cpu_and_disk(amounts: dict[tuple[str, str], Need]) -> None:
    needed = [amounts["us-east1", f"Cloud SQL: {part}"] for part in ("instances", "CPU", "disk")]
    assert [(need.amount, need.unit) for need in needed] == [(1, ""), (8, "vCPU"), (1000, "GB")]


def test_project_needs_rules_and_service_accounts(amounts: dict[tuple[str, str], Need]) -> None:
    assert amounts["project", "Compute Engine: SECURITY_POLICY_RULES"].amount == 11
    assert amounts["project", "Service accounts"].amount == 7
