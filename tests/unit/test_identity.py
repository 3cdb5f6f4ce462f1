"""Accounts: one for each service, with what it needs and no more."""

from functools import cache

import pytest
from cdktf_cdktf_provider_google.project_service import ProjectService
from constructs.security import Content, IdentityConfig, Secret, ServiceIdentity

from stacks.stack import Stack
from tests.template import NAMES, Template, alone
from tests.unit.parts import ENVIRONMENT_NAMES, platform, variables

TELEMETRY = {"roles/cloudtrace.agent", "roles/logging.logWriter", "roles/monitoring.metricWriter"}
ACCESSOR = "roles/secretmanager.secretAccessor"
MEMBER = "${google_service_account.my_web.member}"


@cache
def _identity(*roles: str) -> Template:
    """Return the account of `my-web`, which reads two of three secrets and has these roles."""

    def build(stack: Stack) -> None:
        secrets = [Secret(stack, name, Content(value=None)) for name in ("one", "two", "three")]
        config = IdentityConfig(name="my-web", roles=roles, secrets=tuple(secrets[:2]))
        identity = ServiceIdentity(stack, "x", config)
        ProjectService(stack, "last", service="x.googleapis.com", depends_on=identity.grants)

    return alone(build)


def _roles(template: Template) -> list[str]:
    return [grant["role"] for grant in template.of("google_project_iam_member").values()]


def _project_roles(template: Template, service: str) -> set[str]:
    member = f"${{google_service_account.{service}.member}}"
    grants = template.of("google_project_iam_member").values()
    return {grant["role"] for grant in grants if grant["member"] == member}


def test_account_is_named_after_its_service_and_environment() -> None:
    account = _identity().one("google_service_account")
    assert account["account_id"] == "grid-test-my-web"
    assert account["display_name"] == "Cloud Run my-web"


@pytest.mark.parametrize("role", sorted(TELEMETRY))
def test_every_account_has_the_telemetry_roles(role: str) -> None:
    assert role in _roles(_identity())


def test_account_has_the_given_roles_and_the_telemetry_roles() -> None:
    roles = set(_roles(_identity("roles/pubsub.publisher")))
    assert roles == TELEMETRY | {"roles/pubsub.publisher"}


def test_role_is_granted_once_when_listed_twice() -> None:
    roles = _roles(_identity("roles/cloudtrace.agent", "roles/a.b", "roles/a.b"))
    assert sorted(roles) == sorted(TELEMETRY | {"roles/a.b"})


def test_role_is_granted_in_the_project_of_the_environment() -> None:
    grants = _identity().of("google_project_iam_member").values()
    assert {grant["project"] for grant in grants} == {NAMES.project_id}


def test_grants_are_to_the_account_itself() -> None:
    template = _identity("roles/a.b")
    for type_ in ("google_project_iam_member", "google_secret_manager_secret_iam_member"):
        assert {resource["member"] for resource in template.of(type_).values()} == {MEMBER}


def test_grant_address_contains_service_and_role() -> None:
    assert "my_web_logging_log_writer" in _identity().of("google_project_iam_member")


def test_account_can_read_only_its_secrets() -> None:
    grants = _identity().of("google_secret_manager_secret_iam_member").values()
    assert {grant["role"] for grant in grants} == {ACCESSOR}
    assert sorted(grant["secret_id"] for grant in grants) == [
        "${google_secret_manager_secret.one.secret_id}",
        "${google_secret_manager_secret.two.secret_id}",
    ]


def test_grants_property_lists_every_grant() -> None:
    template = _identity("roles/a.b")
    waits_for = set(template.get("google_project_service.last")["depends_on"])
    grants = {address for address in template.resources if "iam_member." in address}
    assert waits_for == grants
    assert len(grants) == 6


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_every_workload_has_its_own_service_account(name: str) -> None:
    template = platform(name)
    accounts: dict[str, set[str]] = {}
    for service in template.of("google_cloud_run_v2_service").values():
        account = service["template"]["service_account"]
        accounts.setdefault(account, set()).add(service["labels"]["service"])
    for workflow in template.of("google_workflows_workflow").values():
        accounts.setdefault(workflow["service_account"], set()).add("export")
    for job in template.of("google_cloud_run_v2_job").values():
        account = job["template"]["template"]["service_account"]
        accounts.setdefault(account, set()).add(job["name"])
    assert all(len(users) == 1 for users in accounts.values()), accounts
    others = {"cost_report"} & template.of("google_service_account").keys()
    assert len(accounts) == len(template.of("google_service_account").keys() - others)


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_service_can_read_only_the_secrets_of_its_variables(name: str) -> None:
    template = platform(name)
    granted: dict[str, set[str]] = {}
    for grant in template.of("google_secret_manager_secret_iam_member").values():
        granted.setdefault(grant["member"].replace(".member}", ".email}"), set()).add(
            grant["secret_id"]
        )
    expected: dict[str, set[str]] = {}
    for service in template.of("google_cloud_run_v2_service").values():
        references = [value for value in variables(service).values() if isinstance(value, dict)]
        expected.setdefault(service["template"]["service_account"], set()).update(
            reference["secret"] for reference in references
        )
    assert {account: granted[account] for account in expected} == expected


@pytest.mark.parametrize(
    ("role", "services"),
    [
        ("roles/cloudsql.client", {"api", "auth", "migrate"}),
        ("roles/aiplatform.user", {"ai"}),
    ],
)
def test_service_roles_follow_from_its_configuration(role: str, services: set[str]) -> None:
    template = platform("dev")
    with_role = {
        service
        for service in ("ai", "api", "auth", "migrate")
        if role in _project_roles(template, service)
    }
    assert with_role == services
