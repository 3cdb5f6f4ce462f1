"""Who may do what in a pipeline: each type of resource has the role that administers it."""

import re
from pathlib import Path

import pytest

from contract.command_permissions import COMMAND_NEEDS
from contract.permissions import Purpose, granted as permissions_of, is_of_billing, needed
from environments import Environment
from facts import iam, permissions
from stacks.minimal_roles import COMMANDS, WORKFLOWS
from tests.template import Template, bootstrap, bootstraps, platforms, variant

DOCS = Path(__file__).parent.parent.parent / "docs"
ADMINISTERS = {
    "google_apigee_": "roles/apigee.admin",
    "google_kms_": "roles/cloudkms.admin",
    "google_bigquery_": "roles/bigquery.admin",
    "google_logging_": "roles/logging.configWriter",
    "google_monitoring_": "roles/monitoring.editor",
    "google_project_iam_audit_config": "roles/resourcemanager.projectIamAdmin",
    "google_vertex_ai_": "roles/aiplatform.admin",
    "google_artifact_registry_": "roles/artifactregistry.admin",
    "google_billing_budget": "roles/billing.costsManager",
    "google_cloud_run_v2_": "roles/run.admin",
    "google_cloud_scheduler_": "roles/cloudscheduler.admin",
    "google_compute_": "roles/compute.networkAdmin",
    "google_compute_region_network_endpoint_group": "roles/compute.loadBalancerAdmin",
    "google_compute_managed_ssl_certificate": "roles/compute.securityAdmin",
    "google_compute_security_policy": "roles/compute.securityAdmin",
    "google_compute_ssl_policy": "roles/compute.securityAdmin",
    "google_dns_": "roles/dns.admin",
    "google_binary_authorization_": "roles/binaryauthorization.policyEditor",
    "google_pubsub_": "roles/pubsub.admin",
    "google_project_iam_member": "roles/resourcemanager.projectIamAdmin",
    "google_project_service": "roles/serviceusage.serviceUsageAdmin",
    "google_redis_": "roles/redis.admin",
    "google_secret_manager_": "roles/secretmanager.admin",
    "google_service_account": "${google_project_iam_custom_role.ci_accounts.name}",
    "google_service_networking_": "roles/compute.networkAdmin",
    "google_sql_": "${google_project_iam_custom_role.ci_database.name}",
    "google_storage_bucket": "roles/storage.admin",
    "google_storage_transfer_": "roles/storagetransfer.admin",
    "google_vpc_access_": "roles/vpcaccess.admin",
    "google_workflows_": "roles/workflows.admin",
}
"""The role for a type: of the longest beginning that fits."""
OF_THE_ACCOUNT = {"roles/billing.costsManager"}
"""Roles on the billing account, which no project can give; docs/ci.md says who does."""
READ_BY_PLAN = {"redis.instances.getAuthString"}
"""Data that a plan reads: the provider puts Redis' AUTH string into the state (docs/ci.md)."""
OF_JOBS = {"roles/ondemandscanning.admin", "${google_project_iam_custom_role.ci_losses.name}"}
"""Roles for what is no resource: scanning images, and the instances of drills."""


def granted(account: str, name: str) -> set[str]:
    """Return the roles of an account in the project."""
    members = bootstraps()[name].of("google_project_iam_member").values()
    expected = f"${{google_service_account.{account}.member}}"
    return {grant["role"] for grant in members if grant["member"] == expected}


def administers(type_: str) -> str:
    """Return the role that administers a type."""
    return ADMINISTERS[max((prefix for prefix in ADMINISTERS if type_.startswith(prefix)), key=len)]


def test_pipeline_roles_match_the_resource_types_of_the_platform(
    template: Template, name: str
) -> None:
    types = {address.partition(".")[0] for address in template.resources}
    needed = {administers(type_) for type_ in types if type_.startswith("google_")} - OF_THE_ACCOUNT
    assert granted("ci_apply", name) == needed | OF_JOBS


def effective(account: str, name: str) -> set[str]:
    """Return the permissions of an account in the project."""
    return permissions_of(bootstraps()[name].document, account)


@pytest.mark.parametrize(
    ("account", "purpose", "of_billing"),
    [
        ("ci_plan", Purpose.plan, "roles/billing.viewer"),
        ("ci_apply", Purpose.apply, "roles/billing.costsManager"),
        ("ci_apply", Purpose.destroy, "roles/billing.costsManager"),
    ],
)
def test_pipeline_account_has_what_the_requests_of_the_stack_need(
    account: str, purpose: Purpose, of_billing: str, name: str, template: Template
) -> None:
    held = effective(account, name) | permissions.of_role(of_billing)
    lacking = needed(template.document, purpose).keys() - held
    assert sorted(lacking) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_apply_account_has_what_the_commands_of_the_pipeline_need(command: str) -> None:
    lacking = COMMAND_NEEDS[command].permissions - effective("ci_apply", "prod")
    assert sorted(lacking) == []


def test_plan_account_reads_no_data(name: str) -> None:
    held = {permission for permission in effective("ci_plan", name) if iam.reads_data(permission)}
    assert held == READ_BY_PLAN


def documented() -> set[str]:
    """Return the roles in the tables of docs/ci.md."""
    text = (DOCS / "ci.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `roles/")]
    return {role for row in rows for role in re.findall(r"`(roles/[\w.]+)`", row.split("|")[1])}


@pytest.mark.parametrize("account", ["ci_plan", "ci_apply"])
def test_every_pipeline_role_is_documented(
    account: str, name: str, environment: Environment
) -> None:
    own = {role for role in granted(account, name) if role.startswith("roles/")}
    assert environment.ci
    assert sorted(own - documented()) == []


@pytest.fixture(scope="module")
def minimal() -> Template:
    """Return the bootstrap of prod with minimal roles."""
    return bootstrap(variant("prod", {"ci.roles": "minimal"}))


def test_minimal_roles_have_what_the_requests_of_the_stack_need_and_no_more(
    minimal: Template,
) -> None:
    document = platforms()["prod"].document
    plan = {name for name in needed(document, Purpose.plan) if not is_of_billing(name)}
    assert permissions_of(minimal.document, "ci_plan") == plan
    apply = {name for name in needed(document, Purpose.apply) if not is_of_billing(name)}
    commands = {name for one in COMMANDS for name in COMMAND_NEEDS[one].permissions}
    of_accounts = permissions.of_role("roles/iam.serviceAccountUser")
    expected = apply | commands | WORKFLOWS | of_accounts
    assert permissions_of(minimal.document, "ci_apply") == expected


def test_minimal_roles_keep_the_conditions_of_predefined_ones(minimal: Template) -> None:
    grants = minimal.of("google_project_iam_member")
    predefined = bootstraps()["prod"].of("google_project_iam_member")
    for name, before in {
        "ci_apply_grants": "ci_apply_resourcemanager_project_iam_admin",
        "ci_apply_storage": "ci_apply_storage_admin",
    }.items():
        assert grants[name]["condition"] == predefined[before]["condition"]
    roles = minimal.of("google_project_iam_custom_role")
    assert roles["apply_grants"]["permissions"] == ["resourcemanager.projects.setIamPolicy"]
    unconditional = set(roles["apply"]["permissions"])
    assert (
        not {"resourcemanager.projects.setIamPolicy", "iam.serviceAccounts.actAs"} & unconditional
    )
    assert not {name for name in unconditional if name.startswith("storage.")}


def test_minimal_roles_fit_into_custom_roles(minimal: Template) -> None:
    for role in minimal.of("google_project_iam_custom_role").values():
        assert 0 < len(role["permissions"]) <= iam.max_permissions_of_custom_role()


def test_minimal_roles_replace_all_predefined_ones(minimal: Template) -> None:
    grants = minimal.of("google_project_iam_member").values()
    assert {one["role"] for one in grants if one["role"].startswith("roles/")} == set()
    assert sorted(minimal.of("google_project_iam_member")) == [
        "ci_apply_apply",
        "ci_apply_grants",
        "ci_apply_losses",
        "ci_apply_storage",
        "ci_plan_plan",
    ]


def test_docs_have_the_numbers_of_permissions(minimal: Template) -> None:
    numbers = (
        f"`ci-{name}` has {len(permissions_of(minimal.document, f'ci_{name}')):,}"
        f" permissions with minimal roles and {len(effective(f'ci_{name}', 'prod')):,} without"
        for name in ("plan", "apply")
    )
    text = " ".join((DOCS / "ci.md").read_text(encoding="utf-8").split())
    assert [one for one in numbers if one not in text] == []
