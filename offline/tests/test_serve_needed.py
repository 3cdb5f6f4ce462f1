"""Permissions that requests need, and where."""

from typing import Any

import pytest

from offline.serve.needed import Need, UnknownMethodError, needed

PROJECT = "projects/p"
ADDRESSES = f"{PROJECT}/global/addresses"
ACCOUNT = "api@p.iam.gserviceaccount.com"


def _permissions(*args: str, **parts: Any) -> list[str]:
    return [need.permission for need in needed(*args, **parts)]


def test_needed_is_permission_on_collection_when_resource_is_created() -> None:
    path = f"{PROJECT}/secrets"
    expected = [Need("secretmanager.secrets.create", "secretmanager", path)]
    assert needed("secretmanager", "secretmanager.projects.secrets.create", path) == expected


def test_needed_is_permission_on_resource_when_its_policy_is_read() -> None:
    name = f"{PROJECT}/secrets/s"
    method = "secretmanager.projects.secrets.getIamPolicy"
    expected = [Need("secretmanager.secrets.getIamPolicy", "secretmanager", name)]
    assert needed("secretmanager", method, f"{name}:getIamPolicy") == expected


def test_needed_raises_when_method_is_on_no_list() -> None:
    with pytest.raises(UnknownMethodError, match=r"run\.services\.paint"):
        needed("run", "run.services.paint", PROJECT)


def test_needed_is_empty_when_method_needs_no_permission() -> None:
    method = "cloudresourcemanager.projects.testIamPermissions"
    assert needed("cloudresourcemanager", method, f"{PROJECT}:testIamPermissions") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["compute.globalAddresses.create"]),
        ({"addressType": "EXTERNAL"}, ["compute.globalAddresses.create"]),
        ({"addressType": "INTERNAL"}, ["compute.globalAddresses.createInternal"]),
        (
            {"labels": {"a": "b"}},
            ["compute.globalAddresses.create", "compute.globalAddresses.setLabels"],
        ),
    ],
)
def test_needed_depends_on_body_when_address_is_created(
    body: dict[str, Any], expected: list[str]
) -> None:
    assert (
        _permissions("compute", "compute.globalAddresses.insert", ADDRESSES, body=body) == expected
    )


def test_needed_depends_on_resource_when_address_is_deleted() -> None:
    args = ("compute", "compute.globalAddresses.delete", f"{ADDRESSES}/a")
    internal = _permissions(*args, resource={"addressType": "INTERNAL"})
    assert internal == ["compute.globalAddresses.deleteInternal"]
    assert _permissions(*args, resource={}) == ["compute.globalAddresses.delete"]


def test_needed_includes_delete_when_object_is_overwritten() -> None:
    args = ("storage", "storage.objects.insert", "b/bucket/o")
    assert _permissions(*args) == ["storage.objects.create"]
    overwriting = _permissions(*args, resource={"name": "o"})
    assert overwriting == ["storage.objects.create", "storage.objects.delete"]


def test_needed_includes_policy_when_access_control_lists_are_asked_for() -> None:
    args = ("storage", "storage.buckets.get", "b/bucket")
    assert _permissions(*args, query={"projection": "noAcl"}) == ["storage.buckets.get"]
    assert "storage.buckets.getIamPolicy" in _permissions(*args, query={"projection": "full"})


def test_needed_includes_act_as_when_service_account_is_attached() -> None:
    body = {"template": {"serviceAccount": ACCOUNT}}
    path = f"{PROJECT}/locations/l/services"
    needs = needed("run", "run.projects.locations.services.create", path, body=body)
    account = f"{PROJECT}/serviceAccounts/{ACCOUNT}"
    assert needs[1:] == [Need("iam.serviceAccounts.actAs", "iam", account)]


def test_needed_includes_act_as_on_a_default_service_account() -> None:
    email = "123-compute@developer.gserviceaccount.com"
    body = {"template": {"serviceAccount": email}}
    path = f"{PROJECT}/locations/l/services"
    needs = needed("run", "run.projects.locations.services.create", path, body=body)
    assert needs[1:] == [
        Need("iam.serviceAccounts.actAs", "iam", f"projects/123/serviceAccounts/{email}")
    ]


def test_needed_has_no_act_as_when_service_account_is_only_named() -> None:
    body = {"policy": {"bindings": [{"role": "r", "members": [f"serviceAccount:{ACCOUNT}"]}]}}
    method = "run.projects.locations.services.setIamPolicy"
    path = f"{PROJECT}/locations/l/services/s:setIamPolicy"
    assert _permissions("run", method, path, body=body) == ["run.services.setIamPolicy"]


def test_needed_includes_use_of_each_resource_that_body_refers_to() -> None:
    host = "https://www.googleapis.com/compute/v1/"
    body = {
        "name": "b",
        "selfLink": f"{host}{PROJECT}/global/networks/itself",
        "securityPolicy": f"{PROJECT}/global/securityPolicies/s",
        "backends": [{"group": f"{host}{PROJECT}/regions/r/networkEndpointGroups/n"}] * 2,
        "description": "uses projects/p/global/networks/n2 not",
    }
    path = f"{PROJECT}/global/backendServices"
    assert needed("compute", "compute.backendServices.insert", path, body=body)[1:] == [
        Need(
            "compute.regionNetworkEndpointGroups.use",
            "compute",
            f"{PROJECT}/regions/r/networkEndpointGroups/n",
        ),
        Need("compute.securityPolicies.use", "compute", f"{PROJECT}/global/securityPolicies/s"),
    ]
