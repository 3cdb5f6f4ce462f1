"""Redis, secrets, storage: what their APIs reject."""

from typing import Any

import pytest
from resources import (
    BUCKET,
    PEERING,
    REDIS,
    REPOSITORY,
    SECRET,
    SQL,
    VERSION,
)
from rule_cases import RuleCase, check_both

SQL_TYPE, USER = "google_sql_database_instance", "google_sql_user"
REDIS_TYPE, BUCKET_TYPE = "google_redis_instance", "google_storage_bucket"
SECRET_TYPE, VERSION_TYPE = "google_secret_manager_secret", "google_secret_manager_secret_version"
CONNECTED = (("google_service_networking_connection", PEERING),)
PRIMARY = (*CONNECTED, (SQL_TYPE, SQL))
NEW_VERSION = {"secret": "projects/acme-test/secrets/key", "secret_data": "value"}
TOPIC = [{"name": "topic"}]


def redis(rule: str, change: dict[str, Any], message: str) -> RuleCase:
    """Return a case over the usual Redis instance."""
    return RuleCase(f"redis.{rule}", REDIS_TYPE, REDIS, change, message, cloud=CONNECTED)


def bucket(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual bucket."""
    return RuleCase(f"storage.{rule}", BUCKET_TYPE, BUCKET, change, message, **more)


def secret(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual secret."""
    return RuleCase(
        f"secretmanager.{rule}", SECRET_TYPE, more.pop("good", SECRET), change, message, **more
    )


ROTATING = SECRET | {
    "topics": TOPIC,
    "rotation": [{"rotation_period": "86400s", "next_rotation_time": "2030-01-01T00:00:00Z"}],
}
REGIONAL = SECRET | {
    "replication": [{"user_managed": [{"replicas": [{"location": "a"}, {"location": "b"}]}]}]
}
REPLICAS = "replication.0.user_managed.0.replicas"
RULE = "lifecycle_rule.0"
CASES = [
    redis("size", {"memory_size_gb": 301}, "between 1 and 300"),
    redis("read_replicas", {"memory_size_gb": 4}, "at least 5, got 4"),
    redis("read_replicas", {"tier": "BASIC"}, "STANDARD_HA"),
    redis("read_replicas", {"replica_count": 6}, "between 1 and 5"),
    redis("read_replicas", {"read_replicas_mode": None}, "READ_REPLICAS_ENABLED"),
    redis("read_replicas", {"redis_version": "REDIS_4_0"}, "5.0 or later"),
    redis("persistence", {"persistence_config.0.persistence_mode": "DISABLED"}, "may not be set"),
    redis("version", {"redis_version": "REDIS_8_0"}, "Invalid redisVersion"),
    redis("configs", {"redis_configs": {"appendonly": "yes"}}, "parameter: appendonly"),
    redis("configs", {"redis_configs": {"maxmemory-policy": "lru"}}, "maxmemory-policy: lru"),
    redis("configs", {"redis_configs": {"notify-keyspace-events": "Q"}}, "events: Q"),
    redis(
        "maintenance",
        {"maintenance_policy.0.weekly_maintenance_window.0.start_time.0.minutes": 30},
        "on the hour",
    ),
    RuleCase(
        "redis.basic",
        REDIS_TYPE,
        {"name": "cache", "tier": "STANDARD_HA", "alternative_location_id": "us-central1-b"},
        {"tier": "BASIC"},
        "only supported for tier STANDARD_HA",
    ),
    RuleCase(
        "redis.lower_replicas",
        REDIS_TYPE,
        REDIS,
        {"read_replicas_mode": "READ_REPLICAS_DISABLED", "replica_count": 1},
        "cannot be disabled",
        prior=REDIS,
        cloud=CONNECTED,
    ),
    bucket("retention", {"versioning.0.enabled": True}, "cannot be enabled on the same bucket"),
    bucket("retention", {"retention_policy.0.retention_period": 3155760001}, "3155760000"),
    bucket("bucket_lock", {"retention_policy.0.retention_period": 3600}, "is locked", prior=BUCKET),
    bucket("bucket_lock", {"retention_policy": []}, "is locked", prior=BUCKET),
    bucket("lifecycle", {f"{RULE}.condition": [{}]}, "at least one condition"),
    bucket("lifecycle", {f"{RULE}.action.0.storage_class": None}, "requires a storage class"),
    bucket("lifecycle", {f"{RULE}.action.0.type": "Delete"}, "may not have a storage class"),
    bucket("class_order", {f"{RULE}.condition.0.age": 100}, "do not get colder"),
    bucket("soft_delete", {"soft_delete_policy.0.retention_duration_seconds": 3600}, "604800"),
    bucket("location", {"location": "MOON"}, "location constraint"),
    RuleCase(
        "storage.bucket_exists",
        "google_storage_bucket_object",
        {"name": "a", "bucket": "acme-test-data"},
        {"bucket": "other"},
        "does not exist",
        cloud=((BUCKET_TYPE, BUCKET),),
    ),
    RuleCase(
        "secretmanager.secret_exists",
        VERSION_TYPE,
        NEW_VERSION,
        {"secret": "projects/acme-test/secrets/x"},
        "not found",
        cloud=((SECRET_TYPE, SECRET),),
    ),
    RuleCase(
        "secretmanager.payload",
        VERSION_TYPE,
        NEW_VERSION,
        {"secret_data": ""},
        "cannot be empty",
        cloud=((SECRET_TYPE, SECRET),),
    ),
    RuleCase(
        "secretmanager.payload",
        VERSION_TYPE,
        NEW_VERSION,
        {"secret_data": "x" * 65537},
        "65536",
        cloud=((SECRET_TYPE, SECRET),),
    ),
    secret("rotation", {"topics": []}, "at least one Pub/Sub topic", good=ROTATING),
    secret("rotation", {"rotation.0.rotation_period": "60s"}, "3600s", good=ROTATING),
    secret("rotation", {"rotation.0.next_rotation_time": None}, "is required", good=ROTATING),
    secret("replication", {REPLICAS: []}, "at least one replica", good=REGIONAL),
    secret("replication", {f"{REPLICAS}.1.location": "a"}, "twice", good=REGIONAL),
    secret("destroy_ttl", {"version_destroy_ttl": "3600s"}, "24h"),
    RuleCase(
        "artifactregistry.cleanup",
        "google_artifact_registry_repository",
        REPOSITORY,
        {"cleanup_policies.0.action": "DELETE"},
        "only be used with action KEEP",
    ),
    RuleCase(
        "artifactregistry.cleanup",
        "google_artifact_registry_repository",
        REPOSITORY,
        {"cleanup_policies.1.condition": []},
        "exactly one of condition",
    ),
    RuleCase(
        "artifactregistry.cleanup",
        "google_artifact_registry_repository",
        REPOSITORY,
        {"cleanup_policies.1.id": "keep"},
        "defined twice",
    ),
    RuleCase(
        "artifactregistry.docker_only",
        "google_artifact_registry_repository",
        REPOSITORY,
        {"format": "MAVEN"},
        "got MAVEN",
    ),
    RuleCase(
        "artifactregistry.repository_location",
        "google_artifact_registry_repository",
        REPOSITORY,
        {"location": "moon"},
        "Location moon",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


def test_secret_version_number_is_not_a_payload() -> None:
    version = {"secret": VERSION["secret"], "secret_data_wo_version": 1, "secret_data_wo": "value"}
    gone = {"secret_data_wo": None}
    cloud = ((SECRET_TYPE, SECRET),)
    check_both(RuleCase("secretmanager.payload", VERSION_TYPE, version, gone, "empty", cloud=cloud))
    person = {"name": "app", "instance": "db", "password_wo_version": 1, "password_wo": "value"}
    gone = {"password_wo": None}
    check_both(RuleCase("sql.dependencies.password", USER, person, gone, "empty", cloud=PRIMARY))
