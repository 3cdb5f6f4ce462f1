"""The state bucket: the one that the platform uses, private, and hard to lose."""

from typing import Any

import pytest

from environments import load
from tests.template import bootstraps, platforms
from tests.unit.parts import ENVIRONMENT_NAMES

DAY = 86400


def _bucket(environment: str = "prod") -> Any:
    return bootstraps()[environment].get("google_storage_bucket.tfstate")


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_state_bucket_is_the_bucket_of_the_platform_backend(name: str) -> None:
    backend = platforms()[name].document["terraform"]["backend"]["gcs"]
    assert _bucket(name)["name"] == backend["bucket"]


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_platform_and_bootstrap_states_have_distinct_prefixes(name: str) -> None:
    own = bootstraps()[name].document["terraform"]["backend"]["gcs"]
    platform = platforms()[name].document["terraform"]["backend"]["gcs"]
    assert own["bucket"] == platform["bucket"]
    assert own["prefix"] == f"{platform['prefix']}-bootstrap"


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_state_is_protected_in_every_environment(name: str) -> None:
    bucket = _bucket(name)
    assert bucket["lifecycle"] == {"prevent_destroy": True}
    assert bucket["force_destroy"] is False


def test_state_bucket_is_private() -> None:
    bucket = _bucket()
    assert bucket["uniform_bucket_level_access"] is True
    assert bucket["public_access_prevention"] == "enforced"


def test_state_bucket_has_versions_and_soft_delete() -> None:
    bucket = _bucket()
    assert bucket["versioning"] == {"enabled": True}
    assert bucket["soft_delete_policy"] == {"retention_duration_seconds": 30 * DAY}
    rule, plans = bucket["lifecycle_rule"]
    assert rule["action"] == {"type": "Delete"}
    assert rule["condition"] == {"num_newer_versions": 20, "days_since_noncurrent_time": 90}
    folders = ["grid/prod/plans/", "grid/prod/applied/"]
    assert plans["condition"] == {"age": 7, "matches_prefix": folders}


def test_state_bucket_has_no_retention_policy() -> None:
    assert "retention_policy" not in _bucket()


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_state_bucket_is_in_the_location_of_backups(name: str) -> None:
    environment = load()[name]
    location = _bucket(name)["location"]
    assert location == environment.storage.backups.location.upper()
    assert location.lower() not in environment.regions
