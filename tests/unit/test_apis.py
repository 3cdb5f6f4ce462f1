"""The Google APIs: which are enabled, that they stay, and that everything waits for its own."""

from functools import cache
from typing import Any

import pytest
from constructs.apis import Apis

from tests.template import Template
from tests.unit.parts import ENVIRONMENT_NAMES, OTHER_DEV, OTHER_PROD, alone, needs, platform

OF_THE_DOCUMENT = """
    aiplatform artifactregistry cloudbuild cloudresourcemanager cloudtrace compute logging
    monitoring redis run secretmanager servicenetworking sql-component sqladmin
""".split()
FORGOTTEN = ["iam", "iamcredentials", "storage"]
API_OF = {
    "apigee": "apigee",
    "artifact_registry": "artifactregistry",
    "cloud_run": "run",
    "compute": "compute",
    "dns": "dns",
    "kms": "cloudkms",
    "project_iam": "cloudresourcemanager",
    "redis": "redis",
    "secret_manager": "secretmanager",
    "service_account": "iam",
    "service_networking": "servicenetworking",
    "sql": "sqladmin",
    "storage": "storage",
    "vpc_access": "vpcaccess",
}
"""The API that creates the resources whose types begin so, after `google_`."""


@cache
def _apis(*asked: str) -> Template:
    return alone(lambda stack: Apis(stack, "apis", asked))


def _enabled(*asked: str) -> list[str]:
    """Service names of the APIs that are enabled where these are asked for."""
    return [one["service"] for one in _apis(*asked).of("google_project_service").values()]


@pytest.mark.parametrize("api", OF_THE_DOCUMENT)
def test_an_api_of_the_document_is_enabled(api: str) -> None:
    assert f"{api}.googleapis.com" in _enabled()


@pytest.mark.parametrize("api", FORGOTTEN)
def test_an_api_that_the_document_forgot_is_enabled(api: str) -> None:
    assert f"{api}.googleapis.com" in _enabled()


def test_apis_stay_enabled_when_the_platform_is_destroyed() -> None:
    services = _apis("dns").of("google_project_service")
    assert {one["disable_on_destroy"] for one in services.values()} == {False}


def test_apis_that_are_asked_for_are_enabled_beside_the_core() -> None:
    more = set(_enabled("dns", "vpcaccess")) - set(_enabled())
    assert more == {"dns.googleapis.com", "vpcaccess.googleapis.com"}


def test_an_api_is_enabled_once_however_often_it_is_asked_for() -> None:
    assert sorted(_enabled("run", "dns", "dns")) == sorted(_enabled("dns"))


def test_an_api_that_is_not_enabled_cannot_be_waited_for() -> None:
    with pytest.raises(KeyError):
        alone(lambda stack: Apis(stack, "apis")["dns"])


@pytest.mark.parametrize(("changes", "enabled"), [({}, True), (OTHER_PROD, False)])
def test_the_connector_api_is_enabled_where_connectors_are_used(
    changes: dict[str, Any], enabled: bool
) -> None:
    apis = platform("prod", changes).of("google_project_service")
    assert ("vpcaccess" in apis) == enabled


@pytest.mark.parametrize(("changes", "enabled"), [({}, False), (OTHER_DEV, True)])
def test_the_dns_api_is_enabled_where_records_are_made(
    changes: dict[str, Any], enabled: bool
) -> None:
    assert ("dns" in platform("dev", changes).of("google_project_service")) == enabled


@pytest.mark.parametrize(
    ("name", "changes"),
    [*((name, {}) for name in ENVIRONMENT_NAMES), ("dev", OTHER_DEV), ("prod", OTHER_PROD)],
)
def test_everything_waits_for_its_api(name: str, changes: dict[str, Any]) -> None:
    template = platform(name, changes)
    early = []
    for address in template.resources:
        kind = address.split(".")[0].removeprefix("google_")
        if kind == "project_service" or kind.startswith("random_"):
            continue
        apis = [api for prefix, api in API_OF.items() if f"{kind}_".startswith(f"{prefix}_")]
        before = needs(template, address)
        if not any(f"google_project_service.{api}" in before for api in apis):
            early.append(f"{address} does not wait for {apis or 'an API that API_OF knows'}")
    assert early == []
