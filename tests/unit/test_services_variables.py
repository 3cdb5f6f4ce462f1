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
    ENVIRONMENT_NAMES,
    OTHER_DEV,
    container,
    platform,
    regional_service,
    service,
    variables,
)

# Variables and secrets


@cache
def _reading() -> Template:
    """A service that reads two secrets, one of which has its versions added by hand."""

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
def test_a_secret_is_read_in_a_pinned_version(name: str, version: str) -> None:
    secret = variables(_reading().one("google_cloud_run_v2_service"))[name]
    assert secret["secret"] == f"${{google_secret_manager_secret.{name.lower()}.secret_id}}"
    assert secret["version"] == version


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_no_secret_is_read_in_its_latest_version(name: str) -> None:
    template = platform(name)
    for one in template.of("google_cloud_run_v2_service").values():
        secrets = [value for value in variables(one).values() if isinstance(value, dict)]
        assert secrets
        assert not [secret for secret in secrets if secret["version"] == "latest"]


def test_variables_are_in_the_order_of_their_names() -> None:
    names = list(variables(_reading().one("google_cloud_run_v2_service")))
    assert names == ["A", "KEY", "TOKEN", "ZONE"]


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_node_env_is_never_the_name_of_the_environment(name: str) -> None:
    for one in platform(name).of("google_cloud_run_v2_service").values():
        given = variables(one)
        expected = "development" if name == "dev" else "production"
        assert (given["NODE_ENV"], given["APP_ENV"]) == (expected, name)


@pytest.mark.parametrize("name", ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"])
def test_no_variable_is_one_that_cloud_run_sets(name: str) -> None:
    for one in platform("prod").of("google_cloud_run_v2_service").values():
        assert name not in variables(one)


def test_containers_listen_where_cloud_run_sends_requests() -> None:
    assert container(cloud_run_service())["ports"] == {"container_port": 8080}


@pytest.mark.parametrize("name", ["GCP_PROJECT", "GOOGLE_CLOUD_PROJECT"])
def test_every_service_knows_its_project(name: str) -> None:
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
def test_a_service_is_given_what_its_entry_asks_for(name: str, services: set[str]) -> None:
    made = platform("dev").of("google_cloud_run_v2_service").values()
    assert {one["labels"]["service"] for one in made if name in variables(one)} == services


def test_services_log_in_to_the_database_as_the_user_without_the_schema() -> None:
    for name in ("api", "auth"):
        [one] = by_region(platform("dev"), name).values()
        url = variables(one)["DATABASE_URL"]
        assert "${google_secret_manager_secret.db_connection.secret_id}" in url.values()


def test_a_service_opens_as_many_connections_as_the_file_says() -> None:
    [api] = by_region(platform("dev"), "api").values()
    assert variables(api)["DATABASE_POOL_SIZE"] == "5"


def test_a_service_calls_vertex_ai_in_its_own_region() -> None:
    for region, one in by_region(platform("prod"), "ai").items():
        assert variables(one)["VERTEX_AI_LOCATION"] == region


def test_variables_of_the_file_are_given_as_they_are() -> None:
    [api] = by_region(platform("dev", OTHER_DEV), "api").values()
    assert variables(api)["FEATURE"] == "on"


def test_a_variable_of_the_file_is_no_expression_of_terraform() -> None:
    changes = {"services.api.env": {"GREETING": "Hello ${name}", "FORMAT": "100 %{x} $x %d"}}
    [api] = by_region(platform("dev", changes), "api").values()
    assert variables(api)["GREETING"] == "Hello $${name}"
    assert variables(api)["FORMAT"] == "100 %%{x} $x %d"


# Database and network


def test_only_a_service_with_a_database_is_given_one() -> None:
    services = platform("prod").of("google_cloud_run_v2_service").values()
    given = {one["labels"]["service"] for one in services if "DATABASE_URL" in variables(one)}
    assert given == {"api", "auth"}


def test_a_service_can_verify_the_certificate_of_the_database() -> None:
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
def test_a_service_enters_the_vpc_in_one_way(egress: Egress, expected: dict[str, Any]) -> None:
    made = service(WEB, egress=egress).one("google_cloud_run_v2_service")
    assert made["template"]["vpc_access"] == expected
