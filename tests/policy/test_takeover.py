"""The account that applies cannot make itself owner, and deletes neither the database, its backups
nor service accounts of others: the served Google rejects each way.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from contract.permissions import granted
from offline.serve.access import Access
from offline.serve.google import Google
from offline.serve.listener import serve
from offline.serve.server import Server
from tests.template import Template, bootstrap, bootstraps, platforms, variant

PROJECT = "projects/grid-prod-example"
CALLER = "grid-prod-ci-apply@grid-prod-example.iam.gserviceaccount.com"
MEMBER = f"serviceAccount:{CALLER}"
DEFAULT = "123456789012-compute@developer.gserviceaccount.com"
OWN = "grid-prod-api@grid-prod-example.iam.gserviceaccount.com"
PLANNER = "grid-prod-ci-plan@grid-prod-example.iam.gserviceaccount.com"
_POLICY = f"cloudresourcemanager/v1/{PROJECT}"


def fill(google: Google, template: Template) -> None:
    """Bring the custom roles and grants of a bootstrap to a Google."""
    roles = template.of("google_project_iam_custom_role")
    for role in roles.values():
        google.store.resources["iam", f"{PROJECT}/roles/{role['role_id']}"] = {
            "includedPermissions": role["permissions"]
        }
    names = {
        f"${{google_project_iam_custom_role.{name}.name}}": f"{PROJECT}/roles/{role['role_id']}"
        for name, role in roles.items()
    }
    member = "${google_service_account.ci_apply.member}"
    google.policies.get("cloudresourcemanager", PROJECT)["bindings"] = [
        {"role": names.get(one["role"], one["role"]), "members": [MEMBER]}
        | ({"condition": one["condition"]} if "condition" in one else {})
        for one in template.of("google_project_iam_member").values()
        if one["member"] == member
    ]
    for one in template.of("google_service_account_iam_member").values():
        if one["member"] == member:
            [name] = re.findall(r"google_service_account\.(\w+)\.name", one["service_account_id"])
            account = template.get(f"google_service_account.{name}")["account_id"]
            path = f"{PROJECT}/serviceAccounts/{account}@grid-prod-example.iam.gserviceaccount.com"
            binding = {"role": names.get(one["role"], one["role"]), "members": [MEMBER]}
            google.policies.get("iam", path).setdefault("bindings", []).append(binding)


@pytest.fixture(scope="module", params=["predefined", "minimal"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    google = Google()
    fill(google, bootstrap(variant("prod", {"ci.roles": request.param})))
    with serve(google, allow=Access()) as running:
        yield running


def send(
    server: Server, path: str, body: dict[str, Any] | None = None, *, verb: str = "POST"
) -> int:
    return requests.request(
        verb,
        f"{server.url}/{path}",
        json=body,
        headers={"Authorization": f"Bearer {CALLER}"},
        timeout=60,
    ).status_code


def project_policy(server: Server) -> dict[str, Any]:
    policy: dict[str, Any] = server.google.policies.get("cloudresourcemanager", PROJECT)
    return {**policy, "version": 3, "bindings": [dict(one) for one in policy["bindings"]]}


@pytest.mark.parametrize(
    ("role", "status"),
    [("roles/logging.logWriter", 200), ("roles/owner", 403), ("roles/iam.roleAdmin", 403)],
)
def test_grant_succeeds_for_roles_of_the_platform_only(
    server: Server, role: str, status: int
) -> None:
    policy = project_policy(server)
    policy["bindings"].append({"role": role, "members": [MEMBER]})
    assert send(server, f"{_POLICY}:setIamPolicy", {"policy": policy}) == status


def test_own_grants_cannot_lose_their_conditions(server: Server) -> None:
    policy = project_policy(server)
    conditional = [one for one in policy["bindings"] if one.pop("condition", None)]
    assert conditional
    assert send(server, f"{_POLICY}:setIamPolicy", {"policy": policy}) == 403


@pytest.mark.parametrize("email", [DEFAULT, OWN])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("iam/v1/{}:setIamPolicy", {"policy": {"bindings": []}}),
        ("iam/v1/{}/keys", {}),
        ("iamcredentials/v1/{}:generateAccessToken", {"scope": ["cloud-platform"]}),
        ("iamcredentials/v1/{}:signJwt", {"payload": "{}"}),
    ],
)
def test_no_service_account_gives_a_token_or_a_key(
    server: Server, path: str, body: dict[str, Any], email: str
) -> None:
    assert send(server, path.format(f"{PROJECT}/serviceAccounts/{email}"), body) == 403


@pytest.mark.parametrize(("email", "status"), [(OWN, 200), (DEFAULT, 403)])
def test_services_run_as_accounts_of_the_platform_only(
    server: Server, email: str, status: int
) -> None:
    template = {"serviceAccount": email, "containers": [{"image": "gcr.io/cloudrun/hello"}]}
    path = f"run/v2/{PROJECT}/locations/us-central1/services?serviceId=taken"
    assert send(server, path, {"template": template}) == status


ACCOUNTS = f"iam/v1/{PROJECT}/serviceAccounts"
INSTANCES = f"sqladmin/v1/{PROJECT}/instances"
DENIED, MISSING = 403, 404


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("DELETE", f"{ACCOUNTS}/{DEFAULT}", DENIED),
        ("POST", f"{ACCOUNTS}/{DEFAULT}:disable", DENIED),
        ("PATCH", f"{ACCOUNTS}/{DEFAULT}", DENIED),
        (
            "DELETE",
            f"{ACCOUNTS}/{PLANNER}",
            DENIED,
        ),
        ("DELETE", f"{ACCOUNTS}/{OWN}", MISSING),
        ("DELETE", f"{INSTANCES}/grid-prod-db-a1b2c", DENIED),
        ("DELETE", f"{INSTANCES}/grid-prod-db-replica-a1b2c", DENIED),
        ("DELETE", f"{INSTANCES}/other-drill-20260101t000000-abcdef", DENIED),
        ("DELETE", f"{INSTANCES}/grid-prod-db-a1b2c-drill-20260101t000000-abcdef", MISSING),
        ("POST", f"{INSTANCES}/grid-prod-db-a1b2c/restoreBackup", DENIED),
        (
            "POST",
            f"{INSTANCES}/grid-prod-db-a1b2c-drill-20260101t000000-abcdef/restoreBackup",
            MISSING,
        ),
        ("DELETE", f"{INSTANCES}/grid-prod-db-a1b2c/backupRuns/1", DENIED),
        ("DELETE", f"sqladmin/v1/{PROJECT}/backups/1", DENIED),
    ],
)
def test_deletion_reaches_own_accounts_and_instances_of_drills_only(
    server: Server, verb: str, path: str, status: int
) -> None:
    assert send(server, path, {}, verb=verb) == status


def test_unprotected_environment_can_delete_its_database() -> None:
    grants = bootstrap(variant("prod", {"protect": False})).of("google_project_iam_member")
    assert "condition" not in grants["ci_apply_losses"]


def test_custom_roles_cannot_be_changed(server: Server) -> None:
    role = {"role": {"includedPermissions": ["resourcemanager.projects.setIamPolicy"]}}
    body = {**role, "roleId": "mine"}
    assert send(server, f"iam/v1/{PROJECT}/roles", body) == 403


@pytest.mark.parametrize("roles", ["predefined", "minimal"])
def test_project_roles_act_as_no_service_account(roles: str) -> None:
    document = dict(bootstrap(variant("prod", {"ci.roles": roles})).document)
    document["resource"] = dict(document["resource"])
    assert "iam.serviceAccounts.actAs" in granted(document, "ci_apply")
    del document["resource"]["google_service_account_iam_member"]
    dangerous = re.compile(
        r"iam\.(serviceAccounts\.(actAs|get.*Token|implicitDelegation|setIamPolicy|sign\w+)"
        r"|serviceAccountKeys\.create|roles\.(create|update))"
    )
    assert [one for one in granted(document, "ci_apply") if dangerous.fullmatch(one)] == []


def test_bootstrap_declares_the_service_accounts_of_the_platform(name: str) -> None:
    accounts = bootstraps()[name].of("google_service_account")
    for account, declared in platforms()[name].of("google_service_account").items():
        apis = {"depends_on": declared["depends_on"]}
        assert accounts.pop(account) | apis == declared
        assert declared["create_ignore_already_exists"]
    assert sorted(accounts) == ["ci_apply", "ci_plan"]


def test_bootstrap_without_pipeline_leaves_service_accounts_to_the_platform() -> None:
    assert bootstrap(variant("prod", {"ci": None})).of("google_service_account") == {}
