"""Tests of the comparison with the expected checks."""

from pathlib import Path

import pytest

from policy.expected import ChecksFileError, Expected, compare_results, load_expected
from policy.waivers import Finding

CHECKS = Expected(
    {
        "google_sql_database_instance.*": ("CKV_GCP_54", "CKV_GCP_57"),
        "google_sql_database_instance.main": ("CKV_GCP_14",),
    }
)
MAIN, REPLICA = "google_sql_database_instance.main", "google_sql_database_instance.replica"
RESOURCES = {"prod": [MAIN, REPLICA, "google_compute_network.main"]}
EVALUATED = [
    Finding("prod", "CKV_GCP_14", MAIN),
    *(
        Finding("prod", check, address)
        for check in ("CKV_GCP_54", "CKV_GCP_57")
        for address in (MAIN, REPLICA)
    ),
]


def test_compare_results_is_empty_when_all_checks_have_results() -> None:
    assert compare_results(CHECKS, RESOURCES, EVALUATED) == []


def test_compare_results_reports_missing_check() -> None:
    evaluated = [
        finding
        for finding in EVALUATED
        if (finding.check, finding.address) != ("CKV_GCP_54", REPLICA)
    ]
    assert compare_results(CHECKS, RESOURCES, evaluated) == [
        f"CKV_GCP_54 came to no result for {REPLICA} of prod"
    ]


def test_compare_results_reports_unlisted_check() -> None:
    evaluated = [*EVALUATED, Finding("prod", "CKV2_GCP_18", "google_compute_network.main")]
    [message] = compare_results(CHECKS, RESOURCES, evaluated)
    assert message.startswith(
        "CKV2_GCP_18 was evaluated for google_compute_network.main: add it to checks.yaml"
    )


def test_compare_results_reports_pattern_without_resource() -> None:
    [message] = compare_results(
        Expected(CHECKS.root | {"google_redis_instance.*": ("CKV_GCP_95",)}), RESOURCES, EVALUATED
    )
    assert message.startswith("google_redis_instance.* of checks.yaml has no resource")


def test_load_expected_reads_project_file() -> None:
    assert "CKV_GCP_54" in load_expected().checks("google_sql_database_instance.main")


@pytest.mark.parametrize("text", ["- CKV_GCP_54", "google_redis_instance.*: []", "a: {"])
def test_load_expected_rejects_invalid_file(text: str, tmp_path: Path) -> None:
    file = tmp_path / "checks.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ChecksFileError, match=r"checks\.yaml"):
        load_expected(file)
