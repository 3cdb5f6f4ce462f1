"""A check that comes to no result is missed."""

from pathlib import Path

import pytest

from policy import expected
from policy.expected import ChecksFileError, Expected
from policy.waivers import Finding

CHECKS = Expected(
    {
        "google_sql_database_instance.*": ("CKV_GCP_54", "CKV_GCP_57"),
        "google_sql_database_instance.main": ("CKV_GCP_14",),
    }
)
MAIN, REPLICA = "google_sql_database_instance.main", "google_sql_database_instance.replica"
THERE = {"prod": [MAIN, REPLICA, "google_compute_network.main"]}
JUDGED = [
    Finding("prod", "CKV_GCP_14", MAIN),
    *(
        Finding("prod", check, one)
        for check in ("CKV_GCP_54", "CKV_GCP_57")
        for one in (MAIN, REPLICA)
    ),
]


def test_all_is_as_expected() -> None:
    assert expected.differences(CHECKS, THERE, JUDGED) == []


def test_a_check_that_vanished() -> None:
    judged = [one for one in JUDGED if (one.check, one.address) != ("CKV_GCP_54", REPLICA)]
    assert expected.differences(CHECKS, THERE, judged) == [
        f"CKV_GCP_54 came to no result for {REPLICA} of prod"
    ]


def test_a_check_that_is_not_listed() -> None:
    judged = [*JUDGED, Finding("prod", "CKV2_GCP_18", "google_compute_network.main")]
    [said] = expected.differences(CHECKS, THERE, judged)
    assert said.startswith("CKV2_GCP_18 judged google_compute_network.main: add it to checks.yaml")


def test_an_entry_without_a_resource() -> None:
    [said] = expected.differences(
        Expected(CHECKS.root | {"google_redis_instance.*": ("CKV_GCP_95",)}), THERE, JUDGED
    )
    assert said.startswith("google_redis_instance.* of checks.yaml has no resource")


def test_the_file_of_the_project_is_right() -> None:
    assert "CKV_GCP_54" in expected.load().checks("google_sql_database_instance.main")


@pytest.mark.parametrize("text", ["- CKV_GCP_54", "google_redis_instance.*: []", "a: {"])
def test_a_wrong_file_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "checks.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ChecksFileError, match=r"checks\.yaml"):
        expected.load(file)
