"""The pipeline's accounts: who may use them, and what they may do."""

import re
from functools import cache
from typing import Any

import pytest
from cel import Context, evaluate
from constructs.bootstrap.roles import granted_roles

from tests.template import Template, bootstrap, bootstraps, platforms, variant
from tests.unit.parts import ENVIRONMENT_NAMES

ACCOUNTS = ("ci_plan", "ci_apply")


def _one(type_: str, name: str, environment: str = "prod") -> Any:
    return bootstraps()[environment].of(type_)[name]


def _condition(account: str, environment: str = "prod") -> str:
    pools = "google_iam_workload_identity_pool_provider"
    condition: str = _one(pools, account, environment)["attribute_condition"]
    return condition


def _grants(account: str, template: Template | None = None) -> dict[str, str]:
    """Roles of an account in the project, with their conditions."""
    members = (template or bootstraps()["prod"]).of("google_project_iam_member").values()
    expected = f"${{google_service_account.{account}.member}}"
    return {
        grant["role"]: grant.get("condition", {}).get("expression", "")
        for grant in members
        if grant["member"] == expected
    }


# Who may use an account


@pytest.mark.parametrize("account", ACCOUNTS)
def test_provider_condition_accepts_tokens_of_this_repository_only(account: str) -> None:
    condition = _condition(account)
    assert condition.startswith(
        "assertion.repository == 'example/grid-infrastructure'"
        " && assertion.repository_id == '123456789' && "
    )


@pytest.mark.parametrize("account", ACCOUNTS)
def test_pool_has_one_provider_and_impersonates_one_account(account: str) -> None:
    provider = _one("google_iam_workload_identity_pool_provider", account)
    pool = f"google_iam_workload_identity_pool.{account}"
    assert provider["workload_identity_pool_id"] == f"${{{pool}.workload_identity_pool_id}}"
    assert provider["oidc"] == {"issuer_uri": "https://token.actions.githubusercontent.com"}
    grant = _one("google_service_account_iam_member", f"{account}_federation")
    assert grant["service_account_id"] == f"${{google_service_account.{account}.name}}"
    assert grant["role"] == "roles/iam.workloadIdentityUser"
    assert grant["member"] == (
        f"principalSet://iam.googleapis.com/${{{pool}.name}}/attribute.repository_id/123456789"
    )
    assert provider["attribute_mapping"]["attribute.repository_id"] == "assertion.repository_id"


def test_pools_have_distinct_names() -> None:
    pools = bootstraps()["prod"].of("google_iam_workload_identity_pool").values()
    ids = {pool["workload_identity_pool_id"] for pool in pools}
    assert ids == {"github-ci-plan", "github-ci-apply"}


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_apply_account_accepts_jobs_of_branch_and_github_environment_only(name: str) -> None:
    condition = _condition("ci_apply", name)
    assert "assertion.ref == 'refs/heads/main'" in condition
    assert condition.endswith(f"assertion.environment == '{name}'")
    assert "||" not in condition


def test_apply_account_accepts_the_configured_branch() -> None:
    branch = {"ci.branch": "release/1.x"}
    template = bootstrap(variant("prod", branch))
    providers = template.of("google_iam_workload_identity_pool_provider").values()
    for provider in providers:
        assert "assertion.ref == 'refs/heads/release/1.x'" in provider["attribute_condition"]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_conditions_accept_only_events_that_run_code_of_the_branch(
    account: str,
) -> None:
    # pull_request_target and workflow_run have the ref of the base branch.
    [events] = re.findall(r"event_name in \[(.*?)\]", _condition(account))
    assert events == "'push', 'schedule', 'workflow_dispatch'"


def test_pull_request_can_plan_but_not_apply() -> None:
    assert "assertion.event_name == 'pull_request'" in _condition("ci_plan")
    assert "pull_request" not in _condition("ci_apply")


def test_no_account_has_a_key() -> None:
    for template in bootstraps().values():
        assert template.of("google_service_account_key") == {}


# What the accounts may do


@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_account_has_a_basic_role(account: str) -> None:
    assert not {"roles/owner", "roles/editor", "roles/viewer"} & _grants(account).keys()


def test_plan_account_has_read_only_roles() -> None:
    words = ("admin", "Admin", "editor", "User", "writer", "objectUser", "developer")
    assert [role for role in _grants("ci_plan") if role.endswith(words)] == []
    role = _one("google_project_iam_custom_role", "ci_refresh")
    assert {permission.rpartition(".")[2] for permission in role["permissions"]} == {
        "get",
        "list",
        "getAuthString",
        "getIamPolicy",
        "getSharedFlow",
    }


def test_plan_account_cannot_export_the_database() -> None:
    assert "roles/cloudsql.viewer" not in _grants("ci_plan")
    permissions = _one("google_project_iam_custom_role", "ci_refresh")["permissions"]
    assert "cloudsql.instances.export" not in permissions


def test_plan_account_cannot_read_secrets() -> None:
    # secret_data_wo_version has a default, so that the provider never reads a version's value.
    assert "roles/secretmanager.secretAccessor" not in _grants("ci_plan")


def _grantable(environment: str) -> list[str]:
    condition = _grants("ci_apply", bootstraps()[environment])[
        "roles/resourcemanager.projectIamAdmin"
    ]
    [listed] = re.findall(r"\.hasOnly\(\[(.*)\]\)$", condition)
    return [role.strip(" '") for role in listed.split(",")]


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_apply_account_can_grant_the_roles_of_the_platform(name: str) -> None:
    resources = platforms()[name].of("google_project_iam_member").values()
    assert {one["role"] for one in resources} <= set(_grantable(name))
    assert not {role for role in _grantable(name) if "dmin" in role or "editor" in role}


def test_grantable_roles_fit_into_one_iam_condition() -> None:
    roles = ["roles/pubsub.viewer", "roles/run.viewer"]
    assert len(granted_roles(variant("prod", {"services.api.roles": roles}))) == 10


@cache
def _without(*keys: str) -> Template:
    return bootstrap(variant("prod", dict.fromkeys(keys)))


def test_apply_account_cannot_change_a_custom_role_that_it_can_grant() -> None:
    assert "roles/iam.roleAdmin" not in _grants("ci_apply")
    assert platforms()["prod"].of("google_project_iam_custom_role") == {}


def test_export_role_is_created_only_with_backups() -> None:
    role = _one("google_project_iam_custom_role", "sql_export")
    assert role["permissions"] == ["cloudsql.instances.export", "cloudsql.instances.get"]
    assert f"projects/grid-prod-example/roles/{role['role_id']}" in _grantable("prod")
    roles = _without("backups").of("google_project_iam_custom_role")
    assert sorted(roles) == [
        "ci_account_changes",
        "ci_accounts",
        "ci_database",
        "ci_losses",
        "ci_refresh",
    ]


def test_apply_account_can_write_states_but_not_administer_their_bucket() -> None:
    condition = _grants("ci_apply")["roles/storage.admin"]
    assert condition == (
        "resource.name != 'projects/_/buckets/grid-prod-example-tfstate' && "
        "!resource.name.startsWith('projects/_/buckets/grid-prod-example-tfstate/')"
    )
    members = bootstraps()["prod"].of("google_storage_bucket_iam_member")
    assert {name: member["role"] for name, member in members.items()} == {
        "ci_plan_plans": "roles/storage.objectCreator",
        "ci_plan_state": "roles/storage.objectViewer",
        "ci_apply_state": "roles/storage.objectUser",
    }


@pytest.mark.parametrize(
    ("changes", "plan", "apply"),
    [
        ({"domain.dns_zone": "zone"}, {"roles/dns.reader"}, {"roles/dns.admin"}),
        ({"network.dns_logging": True}, {"roles/dns.reader"}, {"roles/dns.admin"}),
        (
            {"network.egress": "connector"},
            {"roles/vpcaccess.viewer"},
            {"roles/vpcaccess.admin"},
        ),
        (
            {"backups": {}},
            {
                "roles/cloudscheduler.viewer",
                "roles/storagetransfer.viewer",
            },
            {"roles/cloudscheduler.admin", "roles/storagetransfer.admin", "roles/workflows.admin"},
        ),
    ],
)
def test_optional_section_adds_its_roles(
    changes: dict[str, Any], plan: set[str], apply: set[str]
) -> None:
    bare = {"network.egress": "direct", "network.dns_logging": False}
    without, with_ = bootstrap(variant("dev", bare)), bootstrap(variant("dev", bare | changes))
    for account, roles in (("ci_plan", plan), ("ci_apply", apply)):
        assert _grants(account, with_).keys() - _grants(account, without).keys() == roles


# Without a pipeline, and outputs


def test_bootstrap_creates_only_the_bucket_without_the_ci_section() -> None:
    template = _without("ci", "backups")
    types = {address.partition(".")[0] for address in template.resources}
    contact = {"google_essential_contacts_contact"}  # an option of its own
    assert types - contact == {"google_project_service", "google_storage_bucket"}
    assert list(template.outputs) == ["state_bucket"]


def test_outputs_name_provider_and_account_of_each_job() -> None:
    outputs = bootstraps()["prod"].outputs
    for account in ACCOUNTS:
        assert outputs[account] == {
            "provider": f"${{google_iam_workload_identity_pool_provider.{account}.name}}",
            "service_account": f"${{google_service_account.{account}.email}}",
        }


def test_bootstrap_declares_no_random_provider() -> None:
    document = bootstraps()["prod"].document
    assert list(document["terraform"]["required_providers"]) == ["google"]
    assert list(document["provider"]) == ["google"]


def _reaches(grant: str, resource: str, environment: str) -> bool:
    """Report whether the condition of a grant on the state bucket holds for an object."""
    member = _one("google_storage_bucket_iam_member", grant, environment)
    context = Context()
    context.add_variable("resource", {"name": resource})
    return bool(evaluate(member["condition"]["expression"], context))


def test_plan_account_adds_plans_that_only_the_apply_account_reads() -> None:
    folder = "projects/_/buckets/grid-prod-example-tfstate/objects/grid/prod"
    plan = f"{folder}/plans/1"
    reached = {
        grant: _reaches(grant, plan, "prod")
        for grant in ("ci_plan_plans", "ci_plan_state", "ci_apply_state")
    }
    assert reached == {"ci_plan_plans": True, "ci_plan_state": False, "ci_apply_state": True}
    for other in ("applied/1.json", "default.tfstate", "plans2/1"):
        assert not _reaches("ci_plan_plans", f"{folder}/{other}", "prod")


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_account_reaches_state_of_platform_and_not_that_of_bootstrap(
    account: str, name: str
) -> None:
    backends = {
        stack: template[name].document["terraform"]["backend"]["gcs"]
        for stack, template in (("platform", platforms()), ("bootstrap", bootstraps()))
    }
    bucket = f"projects/_/buckets/{backends['platform']['bucket']}"

    def is_allowed(resource: str) -> bool:
        return _reaches(f"{account}_state", resource, name)

    for object_ in ("default.tfstate", "default.tflock", "lease.json", "releases/1.json"):
        assert is_allowed(f"{bucket}/objects/{backends['platform']['prefix']}/{object_}")
        assert not is_allowed(f"{bucket}/objects/{backends['bootstrap']['prefix']}/{object_}")
    assert is_allowed(bucket)  # where permission to list is asked for
    assert not is_allowed(f"{bucket}-2/objects/{backends['platform']['prefix']}/default.tfstate")
