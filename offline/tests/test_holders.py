"""Forms of a grant that let a service read what it needs."""

import json
from typing import Any

import pytest
from resources import GRANT, RUN
from rule_cases import RuleCase, check_both
from test_rules_run import SERVICE, without

CUSTOM = "organizations/1/roles/reader"
POLICY = {"bindings": [{"role": GRANT["role"], "members": [GRANT["member"]]}]}


@pytest.mark.parametrize(
    ("type_", "grant"),
    [
        ("google_project_iam_member", {"member": GRANT["member"]}),
        ("google_project_iam_binding", {"members": [GRANT["member"]]}),
        ("google_project_iam_member", {"member": "group:services@example.com"}),
        ("google_project_iam_member", {"member": GRANT["member"], "role": "roles/owner"}),
        ("google_folder_iam_member", {"folder": "folders/1", "member": GRANT["member"]}),
        ("google_project_iam_policy", {"policy_data": json.dumps(POLICY)}),
        (
            "google_secret_manager_secret_iam_policy",
            {"secret_id": GRANT["secret_id"], "policy_data": json.dumps(POLICY)},
        ),
        (
            "google_project_iam_member",
            {"member": GRANT["member"], "role": "organizations/1/roles/r"},
        ),
    ],
)
def test_secret_grant_of_any_form_is_enough(type_: str, grant: dict[str, Any]) -> None:
    elsewhere = {"member": "serviceAccount:other@example.com"}
    cloud = (
        *without("google_secret_manager_secret_iam_member"),
        (type_, {"role": GRANT["role"], **grant}),
    )
    check_both(
        RuleCase(
            "run.dependencies.secret_grants",
            SERVICE,
            RUN,
            {},
            "Permission denied",
            cloud=cloud,
            bad_cloud=(
                *without("google_secret_manager_secret_iam_member"),
                ("google_project_iam_member", {"role": GRANT["role"], **elsewhere}),
                ("google_project_iam_member", {"role": "roles/viewer", "member": GRANT["member"]}),
            ),
            instead=True,
        )
    )
