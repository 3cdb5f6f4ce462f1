"""Contact, organization policies and perimeter, which the bootstrap applies."""

from functools import cache
from typing import Any

import pytest

from tests.template import Template, bootstrap, variant

PERIMETER = {"access_policy": "123456", "members": ["user:admin@example.com"]}


@cache
def _bootstrap(**changes: Any) -> Template:
    return bootstrap(variant("dev", {f"organization.{key}": one for key, one in changes.items()}))


def _perimeter(**changes: Any) -> Any:
    template = bootstrap(variant("dev", {"organization.perimeter": PERIMETER | changes}))
    return template.one("google_access_context_manager_service_perimeter")


def test_bootstrap_has_none_of_it_by_default() -> None:
    types = {address.partition(".")[0] for address in _bootstrap().resources}
    assert not types & {
        "google_access_context_manager_service_perimeter",
        "google_essential_contacts_contact",
        "google_org_policy_policy",
    }


def test_contact_gets_every_category_of_the_benchmark() -> None:
    contact = _bootstrap(security_contact="security@example.com").one(
        "google_essential_contacts_contact"
    )
    assert contact["parent"] == "projects/grid-dev-example"
    assert contact["notification_category_subscriptions"] == [
        "LEGAL",
        "SECURITY",
        "SUSPENSION",
        "TECHNICAL",
    ]


def test_each_constraint_is_enforced_in_the_project() -> None:
    policy = _bootstrap(policies=("sql.restrictPublicIp",)).get(
        "google_org_policy_policy.sql_restrictPublicIp"
    )
    assert policy["name"] == "projects/grid-dev-example/policies/sql.restrictPublicIp"
    assert policy["spec"] == {"rules": [{"enforce": "TRUE"}]}


@pytest.mark.parametrize(("enforced", "block"), [(False, "spec"), (True, "status")])
def test_perimeter_is_a_dry_run_until_it_is_enforced(enforced: bool, block: str) -> None:
    perimeter = _perimeter(enforced=enforced)
    assert {"spec", "status"} & perimeter.keys() == {block}
    assert perimeter.get("use_explicit_dry_run_spec", False) != enforced
    assert "storage.googleapis.com" in perimeter[block]["restricted_services"]


def test_perimeter_lets_the_pipeline_and_members_in() -> None:
    [ingress] = _perimeter()["spec"]["ingress_policies"]
    assert ingress["ingress_from"]["identities"] == [
        "user:admin@example.com",
        "${google_service_account.ci_plan.member}",
        "${google_service_account.ci_apply.member}",
    ]


def test_perimeter_without_anybody_outside_has_no_ingress() -> None:
    changes = {"organization.perimeter": {"access_policy": "123456"}, "ci": None}
    template = bootstrap(variant("dev", changes))
    perimeter = template.one("google_access_context_manager_service_perimeter")
    assert perimeter["spec"]["ingress_policies"] == []
