"""APIs, quotas, names and identity: what is rejected."""

from typing import Any

import pytest
from resources import (
    ACCOUNT,
    BUCKET,
    CONNECTOR,
    EMAIL,
    GRANT,
    NEG,
    NETWORK,
    NETWORK_ID,
    PEERING,
    RANGE,
    REDIS,
    RUN,
    SECRET,
    SQL,
)
from rule_cases import RuleCase, check_both, cloud_of, whole

from offline.cloud.quotas import Quotas
from offline.services.catalog import check
from offline.services.registry import ApiError

NET = "google_compute_network"
ADDRESS, VPC = "google_compute_global_address", "google_vpc_access_connector"
PSA, SQL_TYPE = "google_service_networking_connection", "google_sql_database_instance"
SERVICE, RUN_GRANT = "google_cloud_run_v2_service", "google_cloud_run_v2_service_iam_member"
BUCKET_GRANT, PROJECT_GRANT = "google_storage_bucket_iam_member", "google_project_iam_member"
HERE = ((NET, NETWORK),)
PEERED = (*HERE, (ADDRESS, RANGE), (PSA, PEERING))
ENABLED = (
    ("google_project_service", {"service": "run.googleapis.com", "id": "1"}),
    ("google_project_service", {"service": "compute.googleapis.com", "id": "2"}),
)
PUBLIC = {"bucket": "acme-test-data", "role": "roles/storage.objectViewer", "member": "allUsers"}
INVOKER = {
    "name": "api",
    "location": "us-central1",
    "role": "roles/run.invoker",
    "member": "allUsers",
}
ROLE = {"role": "roles/logging.logWriter", "member": f"serviceAccount:{EMAIL}"}
THERE = (("google_service_account", ACCOUNT),)
REDIS_TYPE = "google_redis_instance"


def counted(rule: str, type_: str, name: str, message: str, **more: Any) -> RuleCase:
    """Return a case of a quota: one more than there may be."""
    good = more.pop("good", {"name": "one-more"})
    return RuleCase(rule, type_, good, {}, message, bad_quotas={name: 0}, **more)


POOL = "google_iam_workload_identity_pool"

CASES = [
    RuleCase(
        "serviceusage.enablement.enabled",
        NET,
        NETWORK,
        {},
        "compute.googleapis.com API has not been used in project",
        cloud=ENABLED,
        bad_cloud=ENABLED[:1],
        instead=True,
    ),
    RuleCase(
        "serviceusage.enablement.propagated",
        NET,
        NETWORK,
        {},
        "wait a few minutes for the action to propagate",
        cloud=ENABLED,
        bad_delayed={NET: 1},
    ),
    counted(
        "compute.quotas.count", NET, "networks", "Quota 'NETWORKS' exceeded. Limit: 0.0 globally"
    ),
    counted(
        "compute.quotas.count",
        "google_compute_region_network_endpoint_group",
        "network_endpoint_groups@us-central1",
        "in region us-central1",
        good=NEG,
    ),
    counted("compute.quotas.global_addresses", ADDRESS, "global_addresses", "STATIC_ADDRESSES"),
    counted(
        "vpcaccess.quotas.connectors",
        VPC,
        "connectors",
        "VPC Access connectors",
        good=CONNECTOR,
        cloud=HERE,
    ),
    counted(
        "redis.quotas.capacity",
        REDIS_TYPE,
        "redis_instances",
        "RedisInstances",
        good=REDIS,
        cloud=PEERED,
    ),
    counted(
        "redis.quotas.capacity",
        REDIS_TYPE,
        "redis_memory_gb",
        "5 GB requested, 0 GB allowed",
        good=REDIS,
        cloud=PEERED,
    ),
    counted(
        "sql.quotas.instances",
        SQL_TYPE,
        "sql_instances",
        "instancesPerProject",
        good=SQL,
        cloud=PEERED,
    ),
    counted(
        "iam.quotas.service_accounts",
        "google_service_account",
        "service_accounts",
        "Maximum number of service accounts",
        good=ACCOUNT | {"account_id": "acme-api"},
    ),
    RuleCase(
        "common.names.taken",
        NET,
        NETWORK,
        {},
        f"The resource '{NETWORK_ID}' already exists",
        bad_cloud=HERE,
    ),
    RuleCase(
        "common.names.taken",
        "google_secret_manager_secret",
        SECRET,
        {},
        "Secret [projects/acme-test/secrets/key] already exists",
        bad_cloud=(("google_secret_manager_secret", SECRET),),
    ),
    RuleCase(
        "common.names.taken",
        "google_storage_bucket",
        BUCKET,
        {},
        "bucket namespace is shared",
        bad_cloud=(("google_storage_bucket", BUCKET | {"project": "other"}),),
    ),
    RuleCase(
        "common.names.compute_name", NET, NETWORK, {"name": "My_VPC"}, "Must be a match of regex"
    ),
    RuleCase(
        "common.names.pattern_matches",
        "google_service_account",
        ACCOUNT | {"account_id": "acme-api"},
        {"account_id": "api"},
        "account_id 'api'",
    ),
    RuleCase(
        "common.names.pattern_matches",
        "google_secret_manager_secret",
        SECRET,
        {"secret_id": "my.key"},
        "must match",
    ),
    RuleCase(
        "common.names.pattern_matches",
        SQL_TYPE,
        SQL,
        {"name": "DB"},
        "Invalid instance name",
        cloud=PEERED,
    ),
    RuleCase("sql.names.length", SQL_TYPE, SQL, {"name": "d" * 90}, "longer than 98", cloud=PEERED),
    RuleCase(
        "common.names.labels",
        "google_secret_manager_secret",
        SECRET | {"labels": {"a": "b"}},
        {"labels": {"A": "b"}},
        "Label key 'A'",
    ),
    RuleCase(
        "common.names.labels",
        "google_secret_manager_secret",
        SECRET,
        {"labels": {"a": "B c"}},
        "Label value 'B c'",
    ),
    RuleCase(
        "common.names.labels",
        "google_secret_manager_secret",
        SECRET,
        {"labels": {f"k{n}": "" for n in range(65)}},
        "at most 64",
    ),
    RuleCase(
        "common.names.labels",
        "google_monitoring_notification_channel",
        {"type": "email", "labels": {"email_address": "a@example.com"}},
        {"user_labels": {"A": "b"}},
        "Label key 'A'",
    ),
    RuleCase(
        "storage.names.bucket_name",
        "google_storage_bucket",
        BUCKET,
        {"name": "My_Bucket"},
        "Invalid bucket name",
    ),
    RuleCase(
        "storage.names.bucket_name",
        "google_storage_bucket",
        BUCKET,
        {"name": "goog-data"},
        "Invalid bucket name",
    ),
    RuleCase(
        "iam.role_known",
        PROJECT_GRANT,
        ROLE,
        {"role": "roles/logging.writer"},
        "is not on the list",
        cloud=THERE,
    ),
    RuleCase(
        "iam.role_form",
        PROJECT_GRANT,
        ROLE,
        {"role": "logging.logWriter"},
        "is not supported",
        cloud=THERE,
    ),
    RuleCase(
        "iam.authoritative",
        PROJECT_GRANT,
        ROLE,
        {},
        "own the same grants",
        cloud=THERE,
        bad_cloud=(
            (
                "google_project_iam_binding",
                {"id": "b", "role": ROLE["role"], "members": ["user:a@example.com"]},
            ),
        ),
    ),
    RuleCase(
        "iam.member_exists",
        PROJECT_GRANT,
        ROLE,
        {"member": "serviceAccount:x@acme-test.iam.gserviceaccount.com"},
        "does not exist",
        cloud=THERE,
    ),
    RuleCase(
        "iam.parent_exists",
        RUN_GRANT,
        INVOKER,
        {"name": "x"},
        "Resource 'x' of kind 'SERVICE'",
        cloud=((SERVICE, RUN),),
    ),
    RuleCase(
        "iam.parent_exists",
        RUN_GRANT,
        INVOKER,
        {"location": "us-east1"},
        "does not exist",
        cloud=((SERVICE, RUN),),
    ),
    RuleCase(
        "iam.parent_exists",
        "google_secret_manager_secret_iam_member",
        GRANT,
        {"secret_id": "x"},
        "Secret [x] not found",
        cloud=(*THERE, ("google_secret_manager_secret", SECRET)),
    ),
    RuleCase(
        "iam.public_bucket",
        BUCKET_GRANT,
        PUBLIC,
        {},
        "public access prevention",
        cloud=(("google_storage_bucket", BUCKET),),
        bad_cloud=(("google_storage_bucket", BUCKET | {"public_access_prevention": "enforced"}),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


def test_deleted_pool_keeps_its_id() -> None:
    """`state` DELETED of the pool in the provider: 30 days."""
    pool = {"workload_identity_pool_id": "ci-pool"}
    cloud = cloud_of(())
    check(POOL, whole(POOL, pool), None, cloud, Quotas())
    cloud.reserve_name(POOL, whole(POOL, pool)["id"])
    with pytest.raises(ApiError, match="was deleted recently") as found:
        check(POOL, whole(POOL, pool), None, cloud, Quotas())
    assert (found.value.rule, found.value.code) == ("common.names.reserved", 409)


def test_deleted_sql_instance_frees_its_name() -> None:
    """https://cloud.google.com/sql/docs/postgres/delete-instance: reusable immediately."""
    cloud = cloud_of(PEERED)
    cloud.reserve_name(SQL_TYPE, "projects/acme-test/global/networks/main")
    assert check(SQL_TYPE, whole(SQL_TYPE, SQL), None, cloud, Quotas()) == []


def test_apis_enabled_by_quotas_are_checked_without_project_services() -> None:
    check(NET, whole(NET, NETWORK), None, cloud_of(()), Quotas())
    with pytest.raises(ApiError, match=r"compute\.googleapis\.com") as found:
        check(NET, whole(NET, NETWORK), None, cloud_of(()), Quotas(enabled=frozenset()))
    assert found.value.code == 403
