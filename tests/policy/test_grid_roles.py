"""The pipeline's accounts have what the commands of `grid` need, as docs/ci.md says."""

import re
from typing import NamedTuple

import pytest

from contract.command_permissions import COMMAND_NEEDS
from facts import iam, permissions
from operations.commands import COMMANDS
from tests.policy.test_pipeline import DOCS, granted
from tests.template import Template, bootstraps, platforms
from tests.test_documents import ROOT, tables
from tests.workflows.files import GITHUB, jobs
from tests.workflows.scripts import Call, calls

HOLDS = {
    "roles/apigee.admin": {"roles/apigee.environmentAdmin"},
    "roles/artifactregistry.admin": {"roles/artifactregistry.reader"},
    "roles/monitoring.editor": {"roles/monitoring.viewer"},
    "roles/run.admin": {
        "roles/run.developer",
        "roles/run.jobsExecutorWithOverrides",
        "roles/run.viewer",
    },
    "roles/secretmanager.admin": {"roles/secretmanager.viewer"},
    "roles/storage.admin": {"roles/storage.objectUser", "roles/storage.objectViewer"},
}
"""Roles that a role holds: all permissions of their service (IAM, "roles and permissions")."""
APIS = {
    "apigee": "roles/apigee.",
    "artifactregistry": "roles/artifactregistry.",
    "cloudbilling": "roles/billing.",
    "cloudresourcemanager": "roles/browser",
    "compute": "roles/compute.",
    "logging": "roles/logging.",
    "monitoring": "roles/monitoring.",
    "orgpolicy": "roles/orgpolicy.",
    "run": "roles/run.",
    "secretmanager": "roles/secretmanager.",
    "serviceusage": "roles/serviceusage.",
    "sqladmin": "roles/cloudsql.",
    "storage": "roles/storage.",
}
"""How the roles of each API begin that `grid` calls."""
SAME_AS = {
    "rollback": {"deploy"},
    "migrate": {"deploy"},
    "backup": {"drill"},
    "restore": {"drill"},
    "verify-restore": {"drill"},
    "db": {"db connect"},
    "gateway": {"gateway deploy"},
}
"""Rows that the row of a command refers to."""
BESIDES = {"restore": ("roles/run.viewer",)}
"""Roles that the row of a command names in other words."""
ACCOUNTS = {"vars.PLAN_ACCOUNTS": "ci-plan", "vars.GOOGLE_ACCOUNT": "ci-apply"}


class Need(NamedTuple):
    """A row: what commands need, and what holds it."""

    commands: tuple[str, ...]
    account: str
    """Who runs them in the pipeline; empty where nobody does."""
    needs: tuple[str, ...]
    has: tuple[str, ...]


def needs() -> list[Need]:
    """List the rows of the page; one without a command continues the row before."""
    [rows] = [rows for head, rows in tables(DOCS / "ci.md") if head[1:2] == ["Pipeline account"]]
    found: list[Need] = []
    for commands, account, expected, has in rows:
        names = tuple(re.findall(r"`([a-z -]+)`", commands))
        before = found[-1] if found and not names else Need(names, account.strip("`"), (), ())
        found.append(before._replace(needs=_roles(expected), has=_roles(has)))
    return found


def _roles(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`(roles/[\w.]+)`", cell))


@pytest.mark.parametrize("command", [name for name, one in COMMAND_NEEDS.items() if one.methods])
def test_roles_of_a_command_hold_its_permissions(command: str) -> None:
    rows = [need for need in needs() if {command, *SAME_AS.get(command, ())} & set(need.commands)]
    roles = {role for need in rows for role in need.needs} | set(BESIDES.get(command, ()))
    held = set().union(*(permissions.of_role(role) for role in roles))
    assert sorted(COMMAND_NEEDS[command].permissions - held) == []


def test_every_command_has_needs() -> None:
    assert COMMAND_NEEDS.keys() == COMMANDS.keys()
    methods = {method for one in COMMAND_NEEDS.values() for method in one.methods}
    assert sorted(one for one in methods if permissions.of_method(one) is None) == []


def test_every_command_has_a_row_in_the_roles_table() -> None:
    named = {name.split()[0] for need in needs() for name in need.commands}
    assert named == set(COMMANDS)


@pytest.mark.parametrize("need", [one for one in needs() if one.has], ids=lambda one: one.needs[0])
def test_account_has_the_permissions_of_its_commands(need: Need) -> None:
    held = {
        role for granted_role in need.has for role in (granted_role, *HOLDS.get(granted_role, ()))
    }
    assert set(need.needs) <= held
    on_accounts = bootstraps()["prod"].of("google_service_account_iam_member").values()
    held_on_accounts = {one["role"] for one in on_accounts if "ci_apply" in one["member"]}
    assert set(need.has) <= granted("ci_apply", "prod") | held_on_accounts


def test_only_the_first_row_of_doctor_is_granted_to_the_plan_account() -> None:
    first, others = [need for need in needs() if need.commands == ("doctor",)]
    assert set(first.needs) <= granted("ci_plan", "prod")
    for account in ("ci_plan", "ci_apply"):
        assert not set(others.needs) & granted(account, "prod")


@pytest.mark.parametrize("call", calls(), ids=str)
def test_workflow_job_runs_as_the_account_of_its_row(call: Call) -> None:
    [account] = {need.account for need in needs() if call.arguments[0] in need.commands}
    job = str(jobs(GITHUB / "workflows" / f"{call.workflow}.yml")[call.job])
    assert [name for variable, name in ACCOUNTS.items() if variable in job] == [account]


def _called_apis(folder: str) -> set[str]:
    """Return the APIs that the modules below a folder call, by name or by a property of
    `GoogleApis`.
    """
    text = "\n".join(one.read_text("utf-8") for one in (ROOT / folder).rglob("*.py"))
    properties = {api for name, api in _properties() if re.search(rf"\bgoogle\.{name}\b", text)}
    return properties | set(re.findall(r'\.api\("(\w+)"', text))


def _properties() -> list[tuple[str, str]]:
    """List the properties of `GoogleApis`, each with its API."""
    text = (ROOT / "operations" / "core" / "google_apis.py").read_text("utf-8")
    return re.findall(r'def (\w+)\(self\) -> Any:\n.+\n +return self\.api\("(\w+)"', text)


def _enabled_apis(template: Template) -> set[str]:
    services = template.of("google_project_service").values()
    return {service["service"].removesuffix(".googleapis.com") for service in services}


def test_bootstrap_enables_every_api_that_doctor_calls() -> None:
    called = _called_apis("operations/checks")
    assert {"compute", "orgpolicy", "secretmanager", "storage"} <= called
    for template in bootstraps().values():
        assert called <= _enabled_apis(template)


def test_bootstrap_enables_apis_of_service_agents_that_the_platform_needs() -> None:
    for name, template in platforms().items():
        needed = _enabled_apis(template) & set(iam.service_agents())
        assert "servicenetworking" in needed
        assert needed <= _enabled_apis(bootstraps()[name])


def test_stacks_enable_every_api_that_grid_calls() -> None:
    for name, template in platforms().items():
        enabled = _enabled_apis(template) | _enabled_apis(bootstraps()[name])
        optional = set() if template.of("google_apigee_organization") else {"apigee"}
        assert _called_apis("operations") <= enabled | optional


def test_every_api_that_grid_calls_has_roles() -> None:
    assert _called_apis("operations") == set(APIS)
    named = {role for need in needs() for role in need.needs}
    assert [
        api for api, begin in APIS.items() if not any(one.startswith(begin) for one in named)
    ] == []


def test_storage_admin_condition_does_not_exclude_the_backup_bucket() -> None:
    members = bootstraps()["prod"].of("google_project_iam_member").values()
    [admin] = [grant for grant in members if grant["role"] == "roles/storage.admin"]
    condition = admin["condition"]["expression"]
    assert "tfstate" in condition
    assert "backups" not in condition
