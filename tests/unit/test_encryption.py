"""Customer-managed encryption keys."""

from functools import cache
from typing import Any

import pytest
from constructs.encryption.encryption import ROTATION

from stacks import retained
from tests.template import Template, bootstrap, platforms, variant
from tests.unit.parts import platform

OWN = "projects/keys-example/locations/us-central1/keyRings/grid/cryptoKeys/grid"
CREATED = "${google_kms_crypto_key.encryption_%s.id}"
KEYS = {
    "google_sql_database_instance": "encryption_key_name",
    "google_redis_instance": "customer_managed_key",
    "google_artifact_registry_repository": "kms_key_name",
    "google_storage_bucket": "encryption.default_kms_key_name",
    "google_secret_manager_secret": "replication.auto.customer_managed_encryption.kms_key_name",
    "google_cloud_run_v2_service": "template.encryption_key",
    "google_cloud_run_v2_job": "template.template.encryption_key",
}
"""Where a resource names its key."""
FIXED = (
    "google_sql_database_instance",
    "google_redis_instance",
    "google_artifact_registry_repository",
)
"""Types that cannot change their key."""


@cache
def _platform(*, own: bool = False, protect: bool = True) -> Template:
    keys = {"us-central1": OWN} if own else {}
    return platform("prod", {"encryption": {"kms_keys": keys}, "protect": protect})


def _key(type_: str, resource: Any) -> Any:
    for step in KEYS[type_].split("."):
        resource = (resource or {}).get(step)
    return resource


def _location(type_: str, resource: Any) -> str:
    if type_ == "google_secret_manager_secret":
        return "global"
    location: str = resource.get("location") or resource["region"]
    return "europe" if location == "EU" else location.lower()


@pytest.mark.parametrize("type_", KEYS)
def test_every_resource_is_encrypted_with_the_key_of_its_location(type_: str) -> None:
    resources = _platform().of(type_)
    assert resources
    for name, resource in resources.items():
        if name == "static_assets":  # a public website
            assert _key(type_, resource) is None
            continue
        location = _location(type_, resource)
        assert _key(type_, resource) == CREATED % location.replace("-", "_"), name


@pytest.mark.parametrize("type_", KEYS)
def test_resource_waits_for_the_grant_on_its_key(type_: str) -> None:
    grants = _platform().of("google_kms_crypto_key_iam_member")
    for name, resource in _platform().of(type_).items():
        if name != "static_assets":
            [grant] = [
                one.partition(".")[2]
                for one in resource["depends_on"]
                if one.startswith("google_kms_crypto_key_iam_member.encryption_")
            ]
            assert grants[grant]["crypto_key_id"] == _key(type_, resource)


def test_created_keys_are_rotated_and_kept() -> None:
    for keys, kept in ((_platform(), True), (_platform(protect=False), None)):
        created = [one for name, one in keys.of("google_kms_crypto_key").items() if "encr" in name]
        assert len(created) == 4
        for key in created:
            assert key["rotation_period"] == ROTATION
            assert key.get("lifecycle", {}).get("prevent_destroy") is kept


def test_key_of_the_file_gets_no_grant_and_no_copy() -> None:
    template = _platform(own=True)
    assert template.get("google_sql_database_instance.main")["encryption_key_name"] == OWN
    assert "encryption_us_central1" not in template.of("google_kms_crypto_key")
    grants = template.of("google_kms_crypto_key_iam_member").values()
    assert OWN not in {one["crypto_key_id"] for one in grants}


@pytest.mark.parametrize("type_", FIXED)
def test_created_key_is_compared_as_a_reference(type_: str) -> None:
    for resource in _platform().of(type_).values():
        reference = _key(type_, resource).removeprefix("${").removesuffix("}")
        conditions = [one["condition"] for one in resource["lifecycle"]["postcondition"]]
        assert f"${{self.{KEYS[type_]} == {reference}}}" in conditions


@pytest.mark.parametrize("type_", FIXED)
def test_another_key_stops_the_plan(type_: str) -> None:
    attribute = KEYS[type_]
    for resource in _platform(own=True).of(type_).values():
        lifecycle = resource["lifecycle"]
        assert attribute in lifecycle["ignore_changes"]
        conditions = [one["condition"] for one in lifecycle["postcondition"]]
        expected = f'self.{attribute} == "{OWN}"'
        in_region = attribute in resource and resource[attribute] == OWN
        assert any(expected in one for one in conditions) is in_region


def test_keys_of_a_removed_section_are_retained() -> None:
    blocks = retained.blocks(platforms()["prod"].document["resource"])["google_kms_crypto_key"]
    assert {"encryption_global", "encryption_europe", "encryption_us_central1"} <= blocks.keys()


def test_pipeline_administers_keys_only_with_encryption() -> None:
    for encryption, expected in ((None, False), ({}, True)):
        template = bootstrap(variant("prod", {"encryption": encryption, "gateway": None}))
        roles = {one["role"] for one in template.of("google_project_iam_member").values()}
        assert ("roles/cloudkms.admin" in roles) is expected
