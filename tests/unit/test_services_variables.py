"""What a container is given: variables, secrets, the database and the way into the VPC."""

from functools import cache
from typing import Any

import pytest
from constructs.compute.container import Variables
from constructs.networking import Egress
from constructs.security import Content, Secret

from stacks.stack import Stack
from tests.template import Template, alone
from tests.unit.cloud_run import WEB, by_region, cloud_run_service
from tests.unit.parts import (
    CENTRAL,
    EAST,
    ENVIRONMENT_NAMES,
    OTHER_DEV,
    container,
    needs,
    platform,
    regional_service,
    service,
    variables,
)

# Variables and secrets


@cache
def _reading() -> Template:
    """Return a service that reads two secrets, one of which has its versions added by hand."""

    def build(stack: Stack) -> None:
        contents = {"TOKEN": Content(value="x", version=2), "KEY": Content(value=None, version=6)}
        secrets = {name: Secret(stack, name.lower(), content) for name, content in contents.items()}
        given = Variables(plain={"ZONE": "z", "A": "a"}, secret=secrets)
        regional_service(stack, WEB, variables=given)

    return alone(build)


@pytest.mark.parametrize(
    ("name", "version"),
    [("TOKEN", "${google_secret_manager_secret_version.token.version}"), ("KEY", "6")],
)
def test_secret_is_read_in_a_pinned_version(name: str, version: str) -> None:
    secret = variables(_reading().one("google_cloud_run_v2_service"))[name]
    assert secret["secret"] == f"${{google_secret_manager_secret.{name.lower()}.secret_id}}"
    assert secret["version"] == version


@cache
def _mounting() -> Template:
    """Return the same service with `secret_files`, and one secret under a second variable."""

    def build(stack: Stack) -> None:
        token = Secret(stack, "a-token", Content(value="x", version=2))
        key = Secret(stack, "key", Content(value=None, version=6))
        files = {"TOKEN": token, "KEY": key, "API_TOKEN": token}
        regional_service(stack, WEB, variables=Variables(plain={"A": "a"}, secret={}, files=files))

    return alone(build)


def test_mounted_secrets_are_files_of_the_latest_version() -> None:
    template = _mounting().one("google_cloud_run_v2_service")["template"]
    assert template["containers"][0]["volume_mounts"] == [
        {"name": "a-token", "mount_path": "/secrets/API_TOKEN"},
        {"name": "key", "mount_path": "/secrets/KEY"},
        {"name": "a-token", "mount_path": "/secrets/TOKEN"},
    ]
    assert template["volumes"] == [
        {
            "name": name.replace("_", "-"),
            "secret": {
                "secret": f"${{google_secret_manager_secret.{name}.secret_id}}",
                "default_mode": 0o444,
                "items": [{"path": "value", "version": "latest"}],
            },
        }
        for name in ("a_token", "key")
    ]


def test_mounted_secrets_are_no_variables() -> None:
    assert list(variables(_mounting().one("google_cloud_run_v2_service"))) == ["A"]


def test_service_with_mounted_secrets_waits_for_their_versions() -> None:
    before = needs(_mounting(), "google_cloud_run_v2_service.web_service_us_central1")
    assert "google_secret_manager_secret_version.a_token" in before
    assert "google_secret_manager_secret.key" in before


def test_secret_files_mounts_secrets_of_database_and_cache() -> None:
    template = platform("dev", {"services.api.secret_files": True})
    resource = by_region(template, "api")["us-central1"]
    mounts = {mount["mount_path"]: mount["name"] for mount in container(resource)["volume_mounts"]}
    assert mounts == {
        "/secrets/DATABASE_URL": "db-connection",
        "/secrets/JWT_SECRET": "jwt-secret",
        "/secrets/REDIS_URL": "redis-connection-us-central1",
    }
    given = variables(resource)
    assert {"DATABASE_CA_CERTS", "REDIS_CA_CERTS"} <= given.keys()
    assert not [name for name, value in given.items() if isinstance(value, dict)]
    address = "google_cloud_run_v2_service.api_service_us_central1"
    assert "google_secret_manager_secret_version.db_connection" in needs(template, address)
    assert template.addresses == platform("dev").addresses


def test_variables_are_sorted_by_name() -> None:
    names = list(variables(_reading().one("google_cloud_run_v2_service")))
    assert names == ["A", "KEY", "TOKEN", "ZONE"]


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_node_env_is_development_or_production(name: str) -> None:
    for one in platform(name).of("google_cloud_run_v2_service").values():
        environment_variables = variables(one)
        expected = "development" if name == "dev" else "production"
        assert (environment_variables["NODE_ENV"], environment_variables["APP_ENV"]) == (
            expected,
            name,
        )


@pytest.mark.parametrize("name", ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"])
def test_variables_do_not_include_reserved_names(name: str) -> None:
    for one in platform("prod").of("google_cloud_run_v2_service").values():
        assert name not in variables(one)


def test_container_port_is_8080() -> None:
    assert container(cloud_run_service())["ports"] == {"container_port": 8080}


@pytest.mark.parametrize("name", ["GCP_PROJECT", "GOOGLE_CLOUD_PROJECT"])
def test_every_service_has_the_project_variables(name: str) -> None:
    for one in platform("dev").of("google_cloud_run_v2_service").values():
        assert variables(one)[name] == "grid-dev-example"


@pytest.mark.parametrize(
    ("name", "services"),
    [
        ("APP_DATA_BUCKET", {"api"}),
        ("DATABASE_POOL_SIZE", {"api", "auth"}),
        ("DATABASE_URL", {"api", "auth"}),
        ("JWT_SECRET", {"api", "auth"}),
        ("OPENAI_API_KEY", {"ai"}),
        ("REDIS_CA_CERTS", {"ai", "api", "auth"}),
        ("REDIS_URL", {"ai", "api", "auth"}),
        ("VERTEX_AI_LOCATION", {"ai"}),
        ("VERTEX_AI_PROJECT", {"ai"}),
    ],
)
def test_variables_follow_the_entry_of_the_service(name: str, services: set[str]) -> None:
    resources = platform("dev").of("google_cloud_run_v2_service").values()
    assert {one["labels"]["service"] for one in resources if name in variables(one)} == services


@pytest.mark.parametrize(
    ("region", "other", "suffix"), [(CENTRAL, EAST, "US_EAST1"), (EAST, CENTRAL, "US_CENTRAL1")]
)
def test_service_gets_the_redis_of_its_region_and_of_the_others(
    region: str, other: str, suffix: str
) -> None:
    service = by_region(platform("prod"), "api")[region]
    for variable, expected in (("REDIS_URL", region), (f"REDIS_URL_{suffix}", other)):
        address = f"google_secret_manager_secret.redis_connection_{expected.replace('-', '_')}"
        assert variables(service)[variable]["secret"] == f"${{{address}.secret_id}}"
        certificates = variables(service)[variable.replace("URL", "CA_CERTS")]
        assert f"google_redis_instance.cache_{expected.replace('-', '_')}." in certificates
    assert [name for name in variables(service) if name.startswith("REDIS_URL")] == [
        "REDIS_URL",
        f"REDIS_URL_{suffix}",
    ]


def test_service_of_one_region_can_read_the_address_of_every_redis() -> None:
    grants = platform("prod").of("google_secret_manager_secret_iam_member")
    for region in ("us_central1", "us_east1"):
        assert [name for name in grants if "ai" in name and f"redis_connection_{region}" in name]


def test_services_connect_as_the_application_user() -> None:
    for name in ("api", "auth"):
        [one] = by_region(platform("dev"), name).values()
        url = variables(one)["DATABASE_URL"]
        assert "${google_secret_manager_secret.db_connection.secret_id}" in url.values()


def test_pool_size_is_the_configured_one() -> None:
    [api] = by_region(platform("dev"), "api").values()
    assert variables(api)["DATABASE_POOL_SIZE"] == "5"


def test_service_calls_vertex_ai_in_its_own_region() -> None:
    for region, one in by_region(platform("prod"), "ai").items():
        assert variables(one)["VERTEX_AI_LOCATION"] == region


def test_configured_variables_are_passed_on() -> None:
    [api] = by_region(platform("dev", OTHER_DEV), "api").values()
    assert variables(api)["FEATURE"] == "on"


def test_configured_variables_are_escaped_for_terraform() -> None:
    changes = {"services.api.env": {"GREETING": "Hello ${name}", "FORMAT": "100 %{x} $x %d"}}
    [api] = by_region(platform("dev", changes), "api").values()
    assert variables(api)["GREETING"] == "Hello $${name}"
    assert variables(api)["FORMAT"] == "100 %%{x} $x %d"


# Database and network


def test_only_services_with_a_database_have_its_url() -> None:
    services = platform("prod").of("google_cloud_run_v2_service").values()
    given = {one["labels"]["service"] for one in services if "DATABASE_URL" in variables(one)}
    assert given == {"api", "auth"}


def test_service_can_verify_the_certificate_of_the_database() -> None:
    expected = '${join("\\n", google_sql_database_instance.main.server_ca_cert[*].cert)}'
    for one in by_region(platform("prod"), "api").values():
        assert variables(one)["DATABASE_CA_CERTS"] == expected


@pytest.mark.parametrize(
    ("egress", "expected"),
    [
        (
            Egress(traffic="ALL_TRAFFIC", connector="the-connector"),
            {"egress": "ALL_TRAFFIC", "connector": "the-connector"},
        ),
        (
            Egress(traffic="PRIVATE_RANGES_ONLY", network="vpc", subnetwork="subnet"),
            {
                "egress": "PRIVATE_RANGES_ONLY",
                "network_interfaces": [{"network": "vpc", "subnetwork": "subnet"}],
            },
        ),
    ],
)
def test_vpc_access_uses_either_connector_or_network_interface(
    egress: Egress, expected: dict[str, Any]
) -> None:
    resource = service(WEB, egress=egress).one("google_cloud_run_v2_service")
    assert resource["template"]["vpc_access"] == expected
