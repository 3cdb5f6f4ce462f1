"""`grid doctor`: each thing that can be wrong is found, with what to do about it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials as Person
from google.oauth2.service_account import Credentials as ServiceAccount

from offline.serve.discovery import documents
from offline.serve.faults import Fault
from offline.serve.server import Server
from operations.checks.access import evaluate_credentials
from operations.checks.org_policies import forbids
from operations.checks.quotas import COMPUTE
from operations.checks.stack import Stack
from operations.core.terraform import VARIABLE
from tests.operations.commandline import Grid
from tests.operations.doctoring import findings, prod, set_up
from tests.operations.platform import STATE_BUCKET, STATE_PREFIX, LocalGoogle
from tests.operations.project import Project
from tests.template import platform, variant

Break = Callable[[Project], object]


@pytest.fixture
def project(
    cloud: LocalGoogle, grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Project:
    return set_up(cloud, grid, tmp_path, monkeypatch)


@pytest.mark.usefixtures("project")
def test_doctor_has_no_findings_for_healthy_project(grid: Grid) -> None:
    result = grid("doctor", "test", "--json")
    assert result.code == 0, result
    assert {one["severity"] for one in result.json["result"]["findings"]} == {"ok"}
    assert grid("doctor", "test").stdout.count("has a value") == 8


WRONG: dict[str, tuple[Break, str, str, str]] = {
    "gone": (lambda p: setattr(p, "state", "gone"), "project", "error", "gcloud projects"),
    "deleted": (
        lambda p: setattr(p, "state", "DELETE_REQUESTED"),
        "project",
        "error",
        "gcloud projects undelete grid-prod-example",
    ),
    "permission": (lambda p: p.denied.add("run.jobs.run"), "permissions", "warning", "role"),
    "API": (
        lambda p: p.off.add("redis.googleapis.com"),
        "APIs",
        "error",
        "gcloud services enable redis.googleapis.com --project=grid-prod-example",
    ),
    "budget": (
        lambda p: p.billing.pop("roles/billing.costsManager"),
        "ci_apply and the budget on billing account 012345-6789AB-CDEF01",
        "error",
        "gcloud billing accounts add-iam-policy-binding 012345-6789AB-CDEF01"
        " --member=serviceAccount:grid-prod-ci-apply@grid-prod-example.iam.gserviceaccount.com"
        " --role=roles/billing.costsManager",
    ),
    "budget that only others may read": (
        lambda p: p.billing.update({"roles/billing.viewer": "somebody-else"}),
        "ci_plan and the budget",
        "error",
        "--role=roles/billing.viewer",
    ),
    "billing account that cannot be read": (
        lambda p: p.billing.clear(),
        "ci_plan and the budget",
        "warning",
        "an administrator of the billing account (roles/billing.admin) runs: gcloud",
    ),
    "service agent": (
        lambda p: p.absent_agents.add("servicenetworking"),
        "service agent of servicenetworking",
        "warning",
        "--member=serviceAccount:service-123@service-networking.iam.gserviceaccount.com",
    ),
    "CPU of one service": (
        lambda p: p.quotas.update(cpu_allocation=799_999),
        "CpuAllocPerProjectRegion in us-central1",
        "error",
        "--preferred-value=1402000",
    ),
    "CPU of all services and jobs": (
        lambda p: p.quotas.update(cpu_allocation=1_401_999),
        "CpuAllocPerProjectRegion in us-central1",
        "warning",
        "--dimensions=region=us-central1",
    ),
    "GPU": (
        lambda p: p.quotas.update(nvidia_l4_gpu_allocation_no_zonal_redundancy=3),
        "NvidiaL4GpuAllocNoZonalRedundancyPerProjectRegion in us-central1",
        "error",
        "--preferred-value=50",
    ),
    "load balancer": (
        lambda p: p.compute.update(URL_MAPS=(1.0, 0.0)),
        "Compute Engine quotas",
        "error",
        "compute.googleapis.com",
    ),
    "expressions": (
        lambda p: p.compute.update(SECURITY_POLICY_CEVAL_RULES=(1.0, 0.0)),
        "Compute Engine quotas",
        "error",
        "compute.googleapis.com",
    ),
    "members": (
        lambda p: p.policies.update(
            {"iam.allowedPolicyMemberDomains": [{"values": {"allowedValues": ["is:C0123"]}}]}
        ),
        "policy iam.allowedPolicyMemberDomains",
        "error",
        "gcloud org-policies describe iam.allowedPolicyMemberDomains",
    ),
    "public buckets": (
        lambda p: p.policies.update({"storage.publicAccessPrevention": [{"enforce": True}]}),
        "policy storage.publicAccessPrevention",
        "error",
        "exception",
    ),
    "locations": (
        lambda p: p.policies.update(
            {"gcp.resourceLocations": [{"values": {"allowedValues": ["in:eu-locations"]}}]}
        ),
        "policy gcp.resourceLocations",
        "warning",
        "--effective",
    ),
    "other locations": (
        lambda p: p.policies.update(
            {"gcp.resourceLocations": [{"values": {"allowedValues": ["in:europe-locations"]}}]}
        ),
        "policy gcp.resourceLocations",
        "error",
        "exception",
    ),
    "denied locations": (
        lambda p: p.policies.update(
            {"gcp.resourceLocations": [{"values": {"deniedValues": ["in:low-carbon-locations"]}}]}
        ),
        "policy gcp.resourceLocations",
        "warning",
        "--effective",
    ),
    "issuers": (
        lambda p: p.policies.update(
            {
                "iam.workloadIdentityPoolProviders": [
                    {"values": {"allowedValues": ["https://sts.amazonaws.com"]}}
                ]
            }
        ),
        "policy iam.workloadIdentityPoolProviders",
        "error",
        "exception",
    ),
    "issuers of the managed constraint": (
        lambda p: p.policies.update(
            {
                "iam.managed.workloadIdentityPoolProviders": [
                    {"enforce": True, "parameters": {"allowed": ["https://sts.amazonaws.com"]}}
                ]
            }
        ),
        "policy iam.managed.workloadIdentityPoolProviders",
        "error",
        "exception",
    ),
    "images": (
        lambda p: p.policies.update(
            {
                "compute.trustedImageProjects": [
                    {"values": {"allowedValues": ["is:projects/debian-cloud"]}}
                ]
            }
        ),
        "policy compute.trustedImageProjects",
        "error",
        "exception",
    ),
    "IP forwarding": (
        lambda p: p.policies.update({"compute.vmCanIpForward": [{"denyAll": True}]}),
        "policy compute.vmCanIpForward",
        "warning",
        "exception",
    ),
    "peering": (
        lambda p: p.policies.update({"compute.restrictVpcPeering": [{"denyAll": True}]}),
        "policy compute.restrictVpcPeering",
        "error",
        "exception",
    ),
    "state": (
        lambda p: setattr(p, "versioned", False),
        "state bucket",
        "error",
        "gcloud storage buckets update gs://grid-prod-example-tfstate --versioning",
    ),
    "secret": (
        lambda p: p.empty.add("grid-prod-openai-key"),
        "secret grid-prod-openai-key",
        "error",
        "printf %s VALUE | gcloud secrets versions add grid-prod-openai-key",
    ),
    "young certificate": (
        lambda p: p.certificate.update(
            status="PROVISIONING", domainStatus={"grid.example.com": "FAILED_NOT_VISIBLE"}
        ),
        "certificate",
        "warning",
        "an hour",
    ),
    "failed certificate": (
        lambda p: p.certificate.update(status="PROVISIONING_FAILED_PERMANENTLY"),
        "certificate",
        "error",
        "-replace",
    ),
    "no certificate": (lambda p: p.certificate.clear(), "certificate", "error", "grid plan"),
}


@pytest.mark.parametrize("name", WRONG)
def test_doctor_finds_each_problem(grid: Grid, project: Project, name: str) -> None:
    breaks, what, severity, todo = WRONG[name]
    breaks(project)
    result = grid("doctor", "test", "--json")
    found, *_ = [one for one in findings(result) if one["severity"] != "ok"]
    assert found["what"].startswith(what)
    assert (found["severity"], result.code) == (severity, 5 if severity == "error" else 0)
    assert todo in found["help"]
    assert found["expected"]


@pytest.mark.usefixtures("project")
def test_doctor_leaves_budget_for_later_when_bootstrap_is_not_synthesized(grid: Grid) -> None:
    (grid.folder / "stacks" / "test-bootstrap" / "cdk.tf.json").unlink()
    result = grid("doctor", "test", "--json")
    (later,) = [one for one in findings(result) if one["severity"] != "ok"]
    assert result.code == 0
    assert later["severity"] == "skipped"
    assert later["help"] == "make bootstrap ENV=test"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("changes", "severities"),
    [
        ({}, ["warning"]),
        ({"monitoring.pagerduty_channel": "1234567890"}, ["ok"]),
        ({"protect": False}, []),
    ],
)
def test_doctor_finds_protected_environment_without_pager(
    grid: Grid, changes: dict[str, Any], severities: list[str]
) -> None:
    document = platform(variant("prod", changes)).document
    file = grid.folder / "stacks" / "test" / "cdk.tf.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    result = grid("doctor", "test", "--json")
    found = [one for one in findings(result) if one["what"] == "pager"]
    assert [one["severity"] for one in found] == severities
    assert all("pagerduty_channel" in one["help"] for one in found if one["severity"] != "ok")


@pytest.mark.usefixtures("project")
def test_doctor_finds_host_with_wrong_address(grid: Grid) -> None:
    shown = json.loads(grid.outputs.read_text("utf-8"))
    shown["lb_ip"]["value"] = "203.0.113.8"
    grid.outputs.write_text(json.dumps(shown), encoding="utf-8")
    result = grid("doctor", "test", "--json")
    wrong = [one for one in findings(result) if one["severity"] == "error"]
    assert [one["what"] for one in wrong] == [
        f"DNS of {host}" for host in prod()["output"]["hosts"]["value"]
    ]
    assert {(one["actual"], one["expected"]) for one in wrong} == {("203.0.113.7", "203.0.113.8")}


def test_doctor_runs_before_first_apply(grid: Grid, project: Project) -> None:
    grid.outputs.write_text("{}", encoding="utf-8")
    project.off.add("redis.googleapis.com")
    project.compute["NETWORKS"] = (5.0, 5.0)
    result = grid("doctor", "test", "--json")
    assert result.code == 5
    severities = {one["what"]: one["severity"] for one in findings(result)}
    assert (severities["DNS"], severities["certificate"]) == ("skipped", "skipped")
    assert severities["outputs"] == "warning"
    assert severities["APIs"] == "warning"
    assert severities["Compute Engine quotas of the project"] == "error"


@pytest.mark.usefixtures("project")
def test_doctor_continues_when_one_api_is_unavailable(grid: Grid, server: Server) -> None:
    for number in range(1, 7):
        server.faults.add(Fault("503", number, "orgpolicy.*"))
    result = grid("doctor", "test", "--json")
    assert result.code == 5
    (unknown,) = [one for one in findings(result) if one["severity"] == "unknown"]
    assert "(6 times)" in unknown["actual"]
    assert sum(one["what"].startswith("secret ") for one in findings(result)) == 8


@pytest.mark.usefixtures("project")
def test_doctor_finds_missing_terraform(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "no-such-terraform")
    (found,) = [
        one for one in findings(grid("doctor", "test", "--json")) if one["severity"] != "ok"
    ]
    assert (found["what"], found["severity"]) == ("Terraform", "error")
    assert "install Terraform 1.11 or newer" in found["help"]


def test_user_credentials_need_quota_project() -> None:
    unpaid = evaluate_credentials(Person("token", expiry=datetime(2026, 11, 1, 12)), "grid-test")
    assert (unpaid.severity, unpaid.advice.split()[-1]) == ("warning", "grid-test")
    assert "2026-11-01 12:00 UTC" in unpaid.actual
    assert "token" not in unpaid.actual.replace("token until", "")
    assert (
        evaluate_credentials(Person("token", quota_project_id="grid-test"), "grid-test").severity
        == "ok"
    )


def test_service_account_credentials_need_no_quota_project() -> None:
    account = ServiceAccount(None, "grid@example.iam.gserviceaccount.com", "https://example.com")
    found = evaluate_credentials(account, "grid-test")
    assert found.severity == "ok"
    assert "grid@example.iam.gserviceaccount.com" in found.actual


@pytest.mark.parametrize(
    ("rules", "value", "forbidden"),
    [
        ([], "a", False),
        ([{"allowAll": True}], "a", False),
        ([{"denyAll": True}], "a", True),
        ([{"values": {"allowedValues": ["is:a"]}}], "a", False),
        ([{"values": {"allowedValues": ["b"]}}], "a", True),
        ([{"values": {"deniedValues": ["a"]}}], "a", True),
        ([{"values": {"deniedValues": ["b"]}}], "a", False),
        ([{"values": {"allowedValues": ["in:us-locations"]}}], "us-east1", False),
        ([{"values": {"allowedValues": ["in:us-east1-locations"]}}], "us-east1", False),
        ([{"values": {"allowedValues": ["in:us-east1-locations"]}}], "us-east10", True),
        ([{"values": {"allowedValues": ["in:eu-locations"]}}], "europe-west1", True),
        ([{"values": {"deniedValues": ["in:us-locations"]}}], "us-east1", True),
        ([{"values": {"deniedValues": ["in:asia-locations"]}}], "us-east1", False),
        ([{"enforce": False}], "enforced", False),
        ([{"enforce": True}], "enforced", True),
        ([{"enforce": True, "parameters": {"names": ["a", "b"]}}], "b", False),
        ([{"enforce": True, "parameters": {"names": ["a"]}}], "b", True),
        ([{"enforce": True}], "b", True),
    ],
)
def test_policy_rules_forbid_value(
    rules: list[dict[str, object]], value: str, forbidden: bool
) -> None:
    assert forbids(rules, value) is forbidden


def test_us_location_policy_allows_us_regions(grid: Grid, project: Project) -> None:
    allowed = {"values": {"allowedValues": ["in:us-locations"]}}
    project.policies["gcp.resourceLocations"] = [allowed]
    assert grid("doctor", "test", "--json").code == 0


def test_doctor_names_alternative_when_all_users_are_forbidden(
    grid: Grid, project: Project
) -> None:
    project.policies["iam.allowedPolicyMemberDomains"] = [{"denyAll": True}]
    [found] = [
        one for one in findings(grid("doctor", "test", "--json")) if one["severity"] == "error"
    ]
    assert "load_balancer.grant_all_users" in found["help"]


def test_doctor_checks_invoker_policy_when_all_users_get_no_grants(
    grid: Grid, project: Project
) -> None:
    no_grants = variant("prod", {"load_balancer.grant_all_users": False})
    file = grid.folder / "stacks" / "test" / "cdk.tf.json"
    file.write_text(json.dumps(platform(no_grants).document), encoding="utf-8")
    project.policies["iam.allowedPolicyMemberDomains"] = [{"denyAll": True}]
    assert grid("doctor", "test", "--json").code == 0
    project.policies["run.managed.requireInvokerIam"] = [{"enforce": True}]
    [found] = [
        one for one in findings(grid("doctor", "test", "--json")) if one["severity"] == "error"
    ]
    assert found["what"] == "policy run.managed.requireInvokerIam"


def test_doctor_accepts_policies_that_allow_the_pipeline_and_the_connectors(
    grid: Grid, project: Project
) -> None:
    issuer = "https://token.actions.githubusercontent.com"
    project.policies |= {
        "iam.workloadIdentityPoolProviders": [{"values": {"allowedValues": [issuer]}}],
        "iam.managed.workloadIdentityPoolProviders": [
            {"enforce": True, "parameters": {"allowed": [issuer]}}
        ],
        "compute.trustedImageProjects": [
            {"values": {"allowedValues": ["is:projects/serverless-vpc-access-images"]}}
        ],
        "compute.vmCanIpForward": [{"allowAll": True}],
    }
    assert grid("doctor", "test", "--json").code == 0


def test_compute_quota_metrics_exist_in_api() -> None:
    (compute,) = (one for one in documents("compute") if one.version == "v1")
    metrics = compute.schemas["Quota"]["properties"]["metric"]["enum"]
    assert set(COMPUTE) <= set(metrics)


def test_compute_quotas_count_resources_of_stack() -> None:
    stack = Stack(prod())
    taken = {metric: takes(stack) for metric, takes in COMPUTE.items()}
    assert (taken["STATIC_ADDRESSES"], taken["GLOBAL_INTERNAL_ADDRESSES"]) == (1, 1)
    assert (taken["SECURITY_POLICY_RULES"], taken["SECURITY_POLICY_CEVAL_RULES"]) == (11, 6)
    assert min(taken.values()) == 1


def test_doctor_without_credentials_asks_once_and_skips_what_needs_them(
    grid: Grid, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    del project
    from operations.core.errors import UsageError
    from operations.core.google_apis import GoogleApis

    def missing(_: GoogleApis) -> None:
        raise UsageError("no Google credentials", advice="gcloud auth application-default login")

    monkeypatch.setattr(GoogleApis, "credentials", property(missing))
    result = grid("doctor", "test", "--json")
    assert result.code == 5
    by_severity: dict[str, list[str]] = {}
    for finding in findings(result):
        by_severity.setdefault(finding["severity"], []).append(finding["what"])
    assert by_severity["unknown"] == ["credentials"]
    assert {"project", "APIs", "secrets", "certificates"} <= set(by_severity["skipped"])
    lines = [line for line in result.stderr.splitlines() if "credentials" in line]
    assert len([line for line in lines if line.startswith(("✓", "!"))]) == 1
    assert any(line.startswith("!") for line in lines)


_AGENTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "rotation": (
        {"secrets.openai-key.rotation_days": 90},
        "secretmanager",
        "gcloud beta services identity create --service=secretmanager.googleapis.com",
    ),
    "keys": ({"encryption": {}}, "storage", "gcloud storage service-agent"),
}
"""Changes of prod, an API whose agent gets a grant, and the command that creates the agent."""


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", _AGENTS)
def test_doctor_names_agents_that_need_to_exist_until_they_have_their_grants(
    grid: Grid, cloud: LocalGoogle, name: str
) -> None:
    changes, api, advice = _AGENTS[name]
    document = platform(
        variant("prod", {"monitoring.pagerduty_channel": "1234567890", **changes})
    ).document
    (grid.folder / "stacks" / "test" / "cdk.tf.json").write_text(json.dumps(document))

    def agents() -> dict[str, dict[str, Any]]:
        result = grid("doctor", "test", "--json")
        return {one["what"]: one for one in findings(result) if "with grants" in one["what"]}

    before = agents()[f"service agent of {api} with grants"]
    assert (before["severity"], before["help"]) == (
        "warning",
        f"{advice} --project=grid-prod-example",
    )
    state = {
        "resources": [
            {"type": type_, "name": name}
            for type_, named in document["resource"].items()
            for name in named
        ]
    }
    content = json.dumps(state).encode()
    cloud.storage.write(STATE_BUCKET, f"{STATE_PREFIX}/default.tfstate", content)
    assert [one["severity"] for one in agents().values()] == ["ok"]
