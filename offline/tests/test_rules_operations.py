"""Federation and backups: what their APIs reject."""

from typing import Any

import pytest
from resources import ACCOUNT, BUCKET, EMAIL
from rule_cases import GONE, PROJECT, RuleCase, check_both, evaluate

from offline.provider_facts.ids import project_number

POOL_TYPE, PROVIDER_TYPE = (
    "google_iam_workload_identity_pool",
    "google_iam_workload_identity_pool_provider",
)
MEMBER, ROLE = "google_project_iam_member", "google_project_iam_custom_role"
NUMBER = project_number(PROJECT)
POOL = {"workload_identity_pool_id": "github"}
PROVIDER: dict[str, Any] = {
    "workload_identity_pool_id": "github",
    "workload_identity_pool_provider_id": "github",
    "attribute_condition": "assertion.repository_id == '1'",
    "attribute_mapping": {"google.subject": "assertion.sub"},
    "oidc": [{"issuer_uri": "https://token.actions.githubusercontent.com"}],
}
IN_POOL = f"projects/{NUMBER}/locations/global/workloadIdentityPools/github"
FEDERATED = {
    "service_account_id": f"projects/{PROJECT}/serviceAccounts/{EMAIL}",
    "role": "roles/iam.workloadIdentityUser",
    "member": f"principalSet://iam.googleapis.com/{IN_POOL}/attribute.repository_id/1",
}
LIMIT = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([{}])"
ROLES = [f"'roles/a.r{number}'" for number in range(11)]
GRANT: dict[str, Any] = {
    "role": f"projects/{PROJECT}/roles/export",
    "member": "group:platform@example.com",
    "condition": [{"title": "limit", "expression": LIMIT.format(", ".join(ROLES[:10]))}],
}
CUSTOM = {"role_id": "export", "name": f"projects/{PROJECT}/roles/export"}
WITH_POOL = ((POOL_TYPE, POOL), ("google_service_account", ACCOUNT))

AGENT = f"serviceAccount:project-{NUMBER}@storage-transfer-service.iam.gserviceaccount.com"
JOB: dict[str, Any] = {
    "name": "export",
    "region": "us-central1",
    "schedule": "0 9 * * *",
    "http_target": [
        {
            "uri": "https://workflowexecutions.googleapis.com/v1/x/executions",
            "oauth_token": [{"service_account_email": EMAIL}],
        }
    ],
}
WORKFLOW = {"name": "export", "region": "us-central1", "service_account": EMAIL}
TRANSFER: dict[str, Any] = {
    "transfer_spec": [
        {
            "gcs_data_source": [{"bucket_name": "one"}],
            "gcs_data_sink": [{"bucket_name": "two"}],
        }
    ]
}
JOB_TYPE, WORKFLOW_TYPE = "google_cloud_scheduler_job", "google_workflows_workflow"
ELSEWHERE = "other.iam.gserviceaccount.com"
OWNED = (("google_service_account", ACCOUNT),)


def _bucket(name: str) -> tuple[str, dict[str, Any]]:
    return "google_storage_bucket", BUCKET | {"name": name, "id": name}


def _sees(bucket: str, role: str = "legacyBucketReader") -> tuple[str, dict[str, Any]]:
    grant = {"bucket": bucket, "role": f"roles/storage.{role}", "member": AGENT}
    return "google_storage_bucket_iam_member", grant


def _transfer(message: str, *grants: tuple[str, dict[str, Any]]) -> RuleCase:
    buckets = (_bucket("one"), _bucket("two"))
    return RuleCase(
        "storagetransfer.agent_sees_buckets",
        "google_storage_transfer_job",
        TRANSFER,
        {},
        message,
        cloud=(
            *buckets,
            _sees("one"),
            (
                "google_storage_bucket_iam_binding",
                {"bucket": "two", "role": "roles/storage.legacyBucketWriter", "members": [AGENT]},
            ),
        ),
        bad_cloud=(*buckets, *grants),
        instead=True,
    )


def _provider(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    more.setdefault("cloud", WITH_POOL)
    return RuleCase(f"iam.federation.{rule}", PROVIDER_TYPE, PROVIDER, change, message, **more)


def _member(rule: str, change: dict[str, Any], message: str) -> RuleCase:
    cloud = ((ROLE, CUSTOM),)
    return RuleCase(f"iam.federation.{rule}", MEMBER, GRANT, change, message, cloud=cloud)


def _job(rule: str, change: dict[str, Any], message: str) -> RuleCase:
    return RuleCase(f"cloudscheduler.{rule}", JOB_TYPE, JOB, change, message, cloud=OWNED)


CASES = [
    _provider("condition", {"attribute_condition": None}, "must reference one of the provider's"),
    _provider("condition", {"attribute_condition": "true"}, "must reference one of the provider's"),
    _provider(
        "condition",
        {"attribute_condition": GONE, "oidc.0.issuer_uri": "https://gitlab.com/"},
        "must reference one of the provider's",
    ),
    _provider("subject", {"attribute_mapping": None}, "google.subject"),
    _provider("subject", {"attribute_mapping": {"attribute.x": "assertion.x"}}, "google.subject"),
    _provider(
        "sizes",
        {"attribute_mapping": {"google.subject": "a", f"attribute.{'k' * 101}": "a"}},
        "exceeds 100",
    ),
    _provider("sizes", {"attribute_mapping": {"google.subject": "a" * 2049}}, "exceeds 2048"),
    _provider(
        "sizes", {"attribute_condition": f"assertion.a == '{'a' * 4080}'"}, "condition exceeds"
    ),
    _provider("pool_exists", {"workload_identity_pool_id": "other"}, "pool other"),
    RuleCase(
        "iam.federation.member_pool_exists",
        "google_service_account_iam_member",
        FEDERATED,
        {"member": FEDERATED["member"].replace("/github/", "/other/")},
        "Identity Pool does not exist",
        cloud=WITH_POOL,
    ),
    _member(
        "limited_grants", {"condition.0.expression": LIMIT.format(", ".join(ROLES))}, "at most 10"
    ),
    _member("custom_role_exists", {"role": f"projects/{PROJECT}/roles/other"}, "does not exist"),
    _job("schedule", {"schedule": "0 9 * *"}, "is invalid"),
    _job("oauth_for_google", {"http_target.0.uri": "https://example.com/"}, "*.googleapis.com"),
    _job(
        "oauth_for_google",
        {"http_target.0.uri": "https://googleapis.com.example.com/"},
        "*.googleapis.com",
    ),
    _job(
        "account_exists",
        {"http_target.0.oauth_token.0.service_account_email": EMAIL.replace("api", "other")},
        "does not exist",
    ),
    RuleCase(
        "workflows.account_exists",
        WORKFLOW_TYPE,
        WORKFLOW,
        {"service_account": f"projects/-/serviceAccounts/{EMAIL.replace('api', 'other')}"},
        "does not exist",
        cloud=OWNED,
    ),
    _transfer("bucket one due to insufficient permissions", _sees("two")),
    _transfer("bucket two due to insufficient permissions", _sees("one")),
    _transfer("bucket two", _sees("one"), _sees("two", "objectViewer")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


ALLOWED = [
    RuleCase("", PROVIDER_TYPE, PROVIDER, {"oidc.0.issuer_uri": "https://id.example.com"}, ""),
    RuleCase("", JOB_TYPE, JOB, {"schedule": "every 24 hours"}, ""),
    RuleCase("", WORKFLOW_TYPE, WORKFLOW, {"service_account": f"x@{ELSEWHERE}"}, ""),
    RuleCase("", MEMBER, GRANT, {"role": "roles/run.viewer", "condition": []}, ""),
]


@pytest.mark.parametrize("case", ALLOWED, ids=lambda case: f"{case.type}-{'+'.join(case.change)}")
def test_grant_is_accepted(case: RuleCase) -> None:
    cloud = WITH_POOL if case.type != MEMBER else ()
    with_world = RuleCase(**{**vars(case), "cloud": cloud})
    assert evaluate(with_world, bad=True) is None


def test_custom_role_of_foreign_project_is_accepted() -> None:
    assert evaluate(RuleCase("", MEMBER, GRANT, {}, ""), bad=False) is None
