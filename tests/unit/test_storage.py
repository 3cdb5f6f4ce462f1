"""Buckets and the image registry: who may read, what is kept and for how long."""

from functools import cache
from typing import Any

import pytest
from constructs.storage import Registry, Storage

from environments.schema import BackupBucketConfig, RegistryConfig, StorageConfig
from stacks.stack import Stack
from tests.template import Template, alone
from tests.unit.parts import CENTRAL, database, platform, variables

DAY = 86400
BACKUPS = BackupBucketConfig(location="eu", retention_days=7, expire_days=365)
CONFIG = StorageConfig(backups=BACKUPS)
OTHER = StorageConfig(
    backups=BACKUPS.model_copy(update={"expire_days": 30}),
    noncurrent_days=12,
    upload_origins=["https://example.com"],
)
"""Everything that the file may say otherwise."""


@cache
def _template(config: StorageConfig = CONFIG, *, protect: bool = False) -> Template:
    def build(stack: Stack) -> None:
        Storage(
            stack,
            "buckets",
            config,
            database=database(stack),
        )

    return alone(build, protect=protect)


def _bucket(name: str, config: StorageConfig = CONFIG, *, protect: bool = False) -> Any:
    return _template(config, protect=protect).get(f"google_storage_bucket.{name}")


def _members(bucket: str) -> dict[str, str]:
    """Who may do what with a bucket."""
    members = _template().of("google_storage_bucket_iam_member").values()
    expected = f"${{google_storage_bucket.{bucket}.name}}"
    return {member["member"]: member["role"] for member in members if member["bucket"] == expected}


ALL = ("app_data", "backups", "static_assets")


def test_retention_of_backups_is_locked_where_the_file_says_so() -> None:
    locked = BACKUPS.model_copy(update={"lock_retention": True})
    policy = _bucket("backups", CONFIG.model_copy(update={"backups": locked}))["retention_policy"]
    assert policy == {"retention_period": 7 * DAY, "is_locked": True}
    assert "is_locked" not in _bucket("backups")["retention_policy"]


def test_storage_creates_three_buckets() -> None:
    assert tuple(sorted(_template().of("google_storage_bucket"))) == ALL


@pytest.mark.parametrize("name", ALL)
def test_buckets_have_uniform_access(name: str) -> None:
    assert _bucket(name)["uniform_bucket_level_access"] is True


@pytest.mark.parametrize("name", ALL)
def test_bucket_names_start_with_the_project(name: str) -> None:
    assert _bucket(name)["name"] == f"grid-test-example-{name.replace('_', '-')}"


@pytest.mark.parametrize("name", ["app_data", "backups"])
def test_private_buckets_prevent_public_access(name: str) -> None:
    assert _bucket(name)["public_access_prevention"] == "enforced"


def test_static_bucket_allows_public_access() -> None:
    assert _bucket("static_assets")["public_access_prevention"] == "inherited"


def test_static_bucket_is_readable_by_all_users() -> None:
    assert _members("static_assets") == {"allUsers": "roles/storage.objectViewer"}


def test_private_buckets_have_no_public_member() -> None:
    public = {"allUsers", "allAuthenticatedUsers"}
    assert not [name for name in ("app_data", "backups") if public & _members(name).keys()]


# Backups


def test_backup_bucket_has_the_configured_retention() -> None:
    assert _bucket("backups")["retention_policy"] == {"retention_period": 7 * DAY}


def test_backup_bucket_is_not_versioned() -> None:
    assert "versioning" not in _bucket("backups")


@pytest.mark.parametrize("name", ["app_data", "static_assets"])
def test_versioned_buckets_have_no_retention_policy(name: str) -> None:
    assert _bucket(name)["versioning"] == {"enabled": True}
    assert "retention_policy" not in _bucket(name)


def test_backup_bucket_is_in_the_configured_location() -> None:
    assert _bucket("backups")["location"] == "EU"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (365, [(90, "COLDLINE"), (365, "Delete")]),
        (91, [(90, "COLDLINE"), (91, "Delete")]),
        (90, [(90, "Delete")]),
    ],
)
def test_backups_move_to_coldline_before_deletion(
    days: int, expected: list[tuple[int, str]]
) -> None:
    config = StorageConfig(backups=BACKUPS.model_copy(update={"expire_days": days}))
    rules = _bucket("backups", config)["lifecycle_rule"]
    actions = [
        (rule["condition"]["age"], rule["action"].get("storage_class", rule["action"]["type"]))
        for rule in rules
    ]
    assert actions == expected


def test_backup_bucket_is_nearline() -> None:
    assert _bucket("backups")["storage_class"] == "NEARLINE"


def test_database_can_write_to_the_backup_bucket() -> None:
    account = "${google_sql_database_instance.main.service_account_email_address}"
    assert _members("backups") == {f"serviceAccount:{account}": "roles/storage.objectAdmin"}


# App data and static files


def test_noncurrent_app_data_is_kept_for_the_configured_days() -> None:
    [rule] = _bucket("app_data", OTHER)["lifecycle_rule"]
    assert rule == {
        "action": {"type": "Delete"},
        "condition": {"days_since_noncurrent_time": 12},
    }


def test_cors_allows_uploads_from_configured_origins() -> None:
    [cors] = _bucket("app_data", OTHER)["cors"]
    assert cors["origin"] == ["https://example.com"]
    assert {"PUT", "POST"} <= set(cors["method"])
    assert cors["response_header"] == ["Content-Type", "ETag"]
    assert cors["max_age_seconds"] == 3600


def test_cors_is_missing_without_an_origin() -> None:
    assert "cors" not in _bucket("app_data")


def test_only_services_with_app_data_can_access_it() -> None:
    template = platform("dev")
    members = template.of("google_storage_bucket_iam_member").values()
    bucket = "${google_storage_bucket.app_data.name}"
    grants = {member["member"]: member["role"] for member in members if member["bucket"] == bucket}
    assert grants == {"${google_service_account.api.member}": "roles/storage.objectUser"}
    services = template.of("google_cloud_run_v2_service").values()
    using = [service for service in services if variables(service).get("APP_DATA_BUCKET") == bucket]
    assert [one["labels"]["service"] for one in using] == ["api"]


def test_noncurrent_static_files_are_kept_for_30_days() -> None:
    [rule] = _bucket("static_assets")["lifecycle_rule"]
    assert rule["action"] == {"type": "Delete"}
    assert rule["condition"] == {"num_newer_versions": 5, "days_since_noncurrent_time": 30}


def test_static_bucket_is_a_website() -> None:
    website = {"main_page_suffix": "index.html", "not_found_page": "404.html"}
    assert _bucket("static_assets")["website"] == website


@pytest.mark.parametrize("name", ["app_data", "static_assets"])
def test_buckets_are_in_the_primary_region(name: str) -> None:
    assert _bucket(name)["location"] == CENTRAL.upper()


# Deletion


@pytest.mark.parametrize("name", ["app_data", "static_assets"])
@pytest.mark.parametrize("protect", [True, False])
def test_force_destroy_is_set_only_when_unprotected(name: str, protect: bool) -> None:
    assert _bucket(name, protect=protect)["force_destroy"] is not protect


@pytest.mark.parametrize("protect", [True, False])
def test_backup_bucket_never_has_force_destroy(protect: bool) -> None:
    assert _bucket("backups", protect=protect)["force_destroy"] is False


@pytest.mark.parametrize("name", ["app_data", "backups"])
def test_lifecycle_has_prevent_destroy_when_protected(name: str) -> None:
    assert _bucket(name, protect=True)["lifecycle"] == {"prevent_destroy": True}


@pytest.mark.parametrize("name", ALL)
def test_lifecycle_has_no_prevent_destroy_when_unprotected(name: str) -> None:
    assert not _bucket(name, protect=False).get("lifecycle", {}).get("prevent_destroy")


# Registry


def _registry(config: RegistryConfig | None = None) -> Any:
    template = alone(
        lambda stack: Registry(
            stack,
            "registry",
            config or RegistryConfig(),
        )
    )
    return template.one("google_artifact_registry_repository")


def test_registry_is_the_docker_repository_of_the_primary_region() -> None:
    registry = _registry()
    assert (registry["repository_id"], registry["format"]) == ("services", "DOCKER")
    assert registry["description"]
    assert registry["location"] == CENTRAL


@pytest.mark.parametrize("immutable", [True, False])
def test_tags_are_immutable_when_configured(immutable: bool) -> None:
    registry = _registry(RegistryConfig(immutable_tags=immutable))
    assert registry.get("docker_config") == ({"immutable_tags": True} if immutable else None)


def test_untagged_images_are_deleted_after_the_configured_days() -> None:
    policies = _registry(RegistryConfig(delete_untagged_days=5))["cleanup_policies"]
    [condition] = [policy["condition"] for policy in policies if policy["action"] == "DELETE"]
    assert condition == {"tag_state": "UNTAGGED", "older_than": "432000s"}


def test_newest_images_are_kept() -> None:
    policies = _registry(RegistryConfig(keep_versions=3))["cleanup_policies"]
    [newest] = [policy["most_recent_versions"] for policy in policies if policy["action"] == "KEEP"]
    assert newest == {"keep_count": 3}


def test_most_recent_versions_is_used_only_with_keep() -> None:
    policies = _registry()["cleanup_policies"]
    assert [policy["action"] for policy in policies if "most_recent_versions" in policy] == ["KEEP"]
