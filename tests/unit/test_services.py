"""Cloud Run services: who may call them, where they run, and what releases own."""

import json

import pytest

from environments.schema import ServiceConfig
from tests.unit.cloud_run import WEB, by_region, cloud_run_service
from tests.unit.parts import (
    CENTRAL,
    EAST,
    ENVIRONMENT_NAMES,
    OTHER_DEV,
    container,
    needs,
    platform,
    service,
    variables,
)

HIDDEN = ServiceConfig(cpu=1, memory="1Gi", max_instances=7)
NO_GRANTS = OTHER_DEV | {"load_balancer.grant_all_users": False}
RELEASES = [
    "annotations",
    "client",
    "client_version",
    "template[0].annotations",
    "template[0].containers[0].image",
    "template[0].labels",
    "traffic",
]


# Who may call


@pytest.mark.parametrize(
    ("config", "ingress"),
    [
        (WEB, "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        (HIDDEN, "INGRESS_TRAFFIC_INTERNAL_ONLY"),
    ],
)
def test_ingress_allows_the_load_balancer_only_with_a_route(
    config: ServiceConfig, ingress: str
) -> None:
    assert cloud_run_service(config.model_dump_json())["ingress"] == ingress


def test_service_with_a_route_allows_unauthenticated_calls() -> None:
    invoker = service(WEB).one("google_cloud_run_v2_service_iam_member")
    assert (invoker["role"], invoker["member"]) == ("roles/run.invoker", "allUsers")
    assert invoker["location"] == CENTRAL
    assert invoker["name"] == "${google_cloud_run_v2_service.web_service_us_central1.name}"


def test_service_without_a_route_has_no_public_invoker() -> None:
    assert service(HIDDEN).of("google_cloud_run_v2_service_iam_member") == {}


def test_service_with_a_route_has_one_invoker_grant_per_region() -> None:
    template = platform("prod")
    invokers = [
        grant["name"] for grant in template.of("google_cloud_run_v2_service_iam_member").values()
    ]
    services = template.of("google_cloud_run_v2_service")
    names = [f"${{google_cloud_run_v2_service.{name}.name}}" for name in services]
    assert sorted(invokers) == sorted(names)


def test_invoker_iam_check_is_not_disabled() -> None:
    assert "invoker_iam_disabled" not in cloud_run_service()


def test_only_routed_services_disable_invoker_iam_check_when_all_users_get_no_grants() -> None:
    template = platform("dev", NO_GRANTS)
    services = template.of("google_cloud_run_v2_service").values()
    by_ingress = {service["ingress"]: service.get("invoker_iam_disabled") for service in services}
    assert by_ingress == {
        "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER": True,
        "INGRESS_TRAFFIC_INTERNAL_ONLY": None,
    }


def test_no_resource_names_all_users_when_they_get_no_grants() -> None:
    assert "allUsers" not in json.dumps(platform("dev", NO_GRANTS).document["resource"])


# Releases


def test_terraform_ignores_only_the_attributes_of_releases() -> None:
    assert cloud_run_service()["lifecycle"]["ignore_changes"] == RELEASES


def test_terraform_does_not_ignore_the_revision_name() -> None:
    assert "template[0].revision" not in cloud_run_service()["lifecycle"]["ignore_changes"]


def test_first_apply_sends_all_traffic_to_the_only_revision() -> None:
    traffic = [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}]
    assert cloud_run_service()["traffic"] == traffic


def test_first_apply_uses_a_public_image() -> None:
    assert container(cloud_run_service())["image"] == "us-docker.pkg.dev/cloudrun/container/hello"


# Regions, account, order


def test_service_runs_in_all_regions_unless_it_names_some() -> None:
    template = platform("prod")
    regions = {name: sorted(by_region(template, name)) for name in ("ai", "api", "auth")}
    assert regions == {"ai": [CENTRAL], "api": [CENTRAL, EAST], "auth": [CENTRAL, EAST]}


def test_service_has_one_account_in_all_regions() -> None:
    accounts = [
        one["template"]["service_account"] for one in by_region(platform("prod"), "api").values()
    ]
    assert accounts == ["${google_service_account.api.email}"] * 2


def test_service_has_one_name_in_all_regions() -> None:
    names = {one["name"] for one in by_region(platform("prod"), "api").values()}
    assert names == {"grid-prod-api"}


def test_service_without_a_route_has_no_backend() -> None:
    group = "google_compute_region_network_endpoint_group"
    template = platform("dev", OTHER_DEV)
    assert by_region(template, "worker")
    assert not [name for name in template.of(group) if "worker" in name]
    assert "worker" not in template.of("google_compute_backend_service")


@pytest.mark.parametrize(
    "type_",
    [
        "google_project_iam_member",
        "google_secret_manager_secret_iam_member",
        "google_storage_bucket_iam_member",
    ],
)
def test_service_depends_on_every_grant_of_its_account(type_: str) -> None:
    template = platform("prod")
    for address, resource in template.resources.items():
        if not address.startswith("google_cloud_run_v2_service."):
            continue
        member = resource["template"]["service_account"].replace(".email}", ".member}")
        grants = {
            f"{type_}.{name}"
            for name, grant in template.of(type_).items()
            if grant["member"] == member
        }
        assert grants <= set(resource["depends_on"]), address


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_service_depends_on_the_versions_of_its_secrets(name: str) -> None:
    template = platform(name)
    for address, resource in template.resources.items():
        if not address.startswith("google_cloud_run_v2_"):
            continue
        if address.startswith("google_cloud_run_v2_service_iam_member."):
            continue
        secrets = [
            value["secret"] for value in variables(resource).values() if isinstance(value, dict)
        ]
        before = needs(template, address)
        for secret in secrets:
            version = secret.split(".")[1]
            assert f"google_secret_manager_secret_version.{version}" in before, address


@pytest.mark.parametrize("protect", [True, False])
def test_service_is_protected_when_configured(protect: bool) -> None:
    assert cloud_run_service(protect=protect)["deletion_protection"] is protect


def test_service_label_is_its_name() -> None:
    assert cloud_run_service()["labels"] == {"service": "web"}


def test_service_creates_only_service_and_invoker() -> None:
    assert list(service(WEB).resources) == [
        "google_cloud_run_v2_service.web_service_us_central1",
        "google_cloud_run_v2_service_iam_member.web_invoker_us_central1",
        "google_project_service.run",
    ]
