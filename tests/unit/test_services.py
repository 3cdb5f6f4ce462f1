"""Cloud Run services: who may call them, what they run with, and what releases own."""

from functools import cache
from typing import Any

import pytest
from constructs.compute.container import Variables
from constructs.networking import Egress
from constructs.security import Content, Secret

from environments.schema import GpuConfig, ProbesConfig, RouteConfig, ServiceConfig
from stacks.stack import Stack
from tests.template import NAMES, Template, alone, something
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

WEB = ServiceConfig(cpu=1, memory="1Gi", max_instances=7, route=RouteConfig(paths=["/web"]))
HIDDEN = ServiceConfig(cpu=1, memory="1Gi", max_instances=7)
WITH_GPU = ServiceConfig(
    cpu=4, memory="16Gi", max_instances=1, cpu_always_allocated=True, gpu=GpuConfig()
)
RELEASES = [
    "annotations",
    "client",
    "client_version",
    "template[0].annotations",
    "template[0].containers[0].image",
    "template[0].labels",
    "traffic",
]


@cache
def _service(config: str = "", *, protect: bool = False) -> Any:
    """The Cloud Run service of a configuration in JSON, of `WEB` if none is given."""
    section = ServiceConfig.model_validate_json(config) if config else WEB
    template = service(section, protect=protect)
    return template.one("google_cloud_run_v2_service")


def _with(**values: Any) -> Any:
    """The Cloud Run service of `WEB` with other values."""
    return _service(ServiceConfig.model_validate(WEB.model_dump() | values).model_dump_json())


@cache
def _gpu() -> Any:
    return _service(WITH_GPU.model_dump_json())


def _of(template: Template, name: str) -> dict[str, Any]:
    """The Cloud Run services of a service by region."""
    services = template.of("google_cloud_run_v2_service").values()
    return {one["location"]: one for one in services if one["labels"]["service"] == name}


# Who may call


@pytest.mark.parametrize(
    ("config", "ingress"),
    [
        (WEB, "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        (HIDDEN, "INGRESS_TRAFFIC_INTERNAL_ONLY"),
    ],
)
def test_only_the_load_balancer_brings_the_internet(config: ServiceConfig, ingress: str) -> None:
    assert _service(config.model_dump_json())["ingress"] == ingress


def test_a_service_with_a_route_may_be_called_without_credentials() -> None:
    invoker = service(WEB).one("google_cloud_run_v2_service_iam_member")
    assert (invoker["role"], invoker["member"]) == ("roles/run.invoker", "allUsers")
    assert invoker["location"] == CENTRAL
    assert invoker["name"] == "${google_cloud_run_v2_service.web_service_us_central1.name}"


def test_a_service_without_a_route_may_not_be_called_without_credentials() -> None:
    assert service(HIDDEN).of("google_cloud_run_v2_service_iam_member") == {}


def test_a_service_with_a_route_is_callable_in_each_of_its_regions_once() -> None:
    template = platform("prod")
    invokers = [
        one["name"] for one in template.of("google_cloud_run_v2_service_iam_member").values()
    ]
    services = template.of("google_cloud_run_v2_service")
    names = [f"${{google_cloud_run_v2_service.{name}.name}}" for name in services]
    assert sorted(invokers) == sorted(names)


def test_access_is_granted_in_one_way() -> None:
    assert "invoker_iam_disabled" not in _service()


# Machine


def test_cpu_and_memory_are_those_of_the_file() -> None:
    limits = container(_with(cpu=2, memory="4Gi"))["resources"]["limits"]
    assert limits == {"cpu": "2", "memory": "4Gi"}


@pytest.mark.parametrize(("always", "idle"), [(True, False), (False, True)])
def test_the_cpu_runs_between_requests_where_the_file_says_so(always: bool, idle: bool) -> None:
    assert container(_with(cpu_always_allocated=always))["resources"]["cpu_idle"] is idle


@pytest.mark.parametrize("boost", [True, False])
def test_a_start_is_sped_up_where_the_file_says_so(boost: bool) -> None:
    assert container(_with(startup_cpu_boost=boost))["resources"]["startup_cpu_boost"] is boost


def test_a_gpu_is_asked_for_by_number_and_by_type() -> None:
    assert container(_gpu())["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert _gpu()["template"]["node_selector"] == {"accelerator": "nvidia-l4"}


def test_a_gpu_is_billed_by_the_instance() -> None:
    assert container(_gpu())["resources"]["cpu_idle"] is False


@pytest.mark.parametrize("redundancy", [True, False])
def test_a_gpu_is_in_two_zones_where_the_file_says_so(redundancy: bool) -> None:
    gpu = GpuConfig(zonal_redundancy=redundancy)
    made = _service(WITH_GPU.model_copy(update={"gpu": gpu}).model_dump_json())
    assert made["template"]["gpu_zonal_redundancy_disabled"] is not redundancy


@pytest.mark.parametrize("field", ["nvidia.com/gpu", "node_selector", "gpu_zonal_redundancy"])
def test_nothing_asks_for_a_gpu_where_there_is_none(field: str) -> None:
    assert field not in str(_service())


def test_instances_run_in_the_second_generation() -> None:
    assert _service()["template"]["execution_environment"] == "EXECUTION_ENVIRONMENT_GEN2"


# Scaling


def test_the_least_instances_are_of_the_service_and_the_most_of_a_revision() -> None:
    made = _with(min_instances=2, max_instances=9)
    assert made["scaling"] == {"min_instance_count": 2}
    assert made["template"]["scaling"] == {"max_instance_count": 9}


def test_a_service_may_scale_to_zero() -> None:
    assert _with(min_instances=0)["scaling"] == {"min_instance_count": 0}


def test_concurrency_and_timeout_are_those_of_the_file() -> None:
    template = _with(concurrency=33, timeout_seconds=300)["template"]
    assert template["max_instance_request_concurrency"] == 33
    assert template["timeout"] == "300s"


# Probes


def test_startup_is_probed_as_the_file_says() -> None:
    probes = ProbesConfig(path="/up", startup_period_seconds=5, startup_failures=9).model_dump()
    probe = container(_with(probes=probes))["startup_probe"]
    assert probe["http_get"] == {"path": "/up"}
    assert (probe["period_seconds"], probe["failure_threshold"]) == (5, 9)
    assert probe["initial_delay_seconds"] == 0


@pytest.mark.parametrize("period", [1, 2, 10])
def test_a_startup_probe_ends_before_the_next_begins(period: int) -> None:
    probes = ProbesConfig(startup_period_seconds=period).model_dump()
    probe = container(_with(probes=probes))["startup_probe"]
    assert 1 <= probe["timeout_seconds"] <= probe["period_seconds"]
    assert probe["timeout_seconds"] < period or period == 1


def test_liveness_is_probed_as_the_file_says() -> None:
    probes = ProbesConfig(path="/up", liveness_period_seconds=7, liveness_failures=4).model_dump()
    probe = container(_with(probes=probes))["liveness_probe"]
    assert probe["http_get"] == {"path": "/up"}
    assert (probe["period_seconds"], probe["failure_threshold"]) == (7, 4)


# Variables and secrets


@cache
def _reading() -> Template:
    """A service that reads two secrets, one of which has its versions added by hand."""

    def build(stack: Stack) -> None:
        contents = {"TOKEN": Content(value="x", version=2), "KEY": Content(value=None, version=6)}
        secrets = {
            name: Secret(stack, name.lower(), content, names=NAMES, protect=False, after=[])
            for name, content in contents.items()
        }
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
    assert container(_service())["ports"] == {"container_port": 8080}


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
        [one] = _of(platform("dev"), name).values()
        url = variables(one)["DATABASE_URL"]
        assert "${google_secret_manager_secret.db_connection.secret_id}" in url.values()


def test_a_service_opens_as_many_connections_as_the_file_says() -> None:
    [api] = _of(platform("dev"), "api").values()
    assert variables(api)["DATABASE_POOL_SIZE"] == "5"


def test_a_service_calls_vertex_ai_in_its_own_region() -> None:
    for region, one in _of(platform("prod"), "ai").items():
        assert variables(one)["VERTEX_AI_LOCATION"] == region


def test_variables_of_the_file_are_given_as_they_are() -> None:
    [api] = _of(platform("dev", OTHER_DEV), "api").values()
    assert variables(api)["FEATURE"] == "on"


def test_a_variable_of_the_file_is_no_expression_of_terraform() -> None:
    changes = {"services.api.env": {"GREETING": "Hello ${name}", "FORMAT": "100 %{x} $x %d"}}
    [api] = _of(platform("dev", changes), "api").values()
    assert variables(api)["GREETING"] == "Hello $${name}"
    assert variables(api)["FORMAT"] == "100 %%{x} $x %d"


# Database and network


def test_only_a_service_with_a_database_is_given_one() -> None:
    services = platform("prod").of("google_cloud_run_v2_service").values()
    given = {one["labels"]["service"] for one in services if "DATABASE_URL" in variables(one)}
    assert given == {"api", "auth"}


def test_a_service_can_verify_the_certificate_of_the_database() -> None:
    expected = '${join("\\n", google_sql_database_instance.main.server_ca_cert[*].cert)}'
    for one in _of(platform("prod"), "api").values():
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


# Releases


def test_terraform_leaves_alone_what_releases_own_and_nothing_else() -> None:
    assert _service()["lifecycle"]["ignore_changes"] == RELEASES


def test_terraform_does_not_send_an_old_revision_name_again() -> None:
    assert "template[0].revision" not in _service()["lifecycle"]["ignore_changes"]


def test_the_first_apply_sends_all_traffic_to_the_only_revision() -> None:
    traffic = [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}]
    assert _service()["traffic"] == traffic


def test_the_first_apply_needs_no_image_of_ours() -> None:
    assert container(_service())["image"] == "us-docker.pkg.dev/cloudrun/container/hello"


# Regions, account, order


def test_a_service_runs_in_all_regions_unless_it_names_some() -> None:
    template = platform("prod")
    regions = {name: sorted(_of(template, name)) for name in ("ai", "api", "auth")}
    assert regions == {"ai": [CENTRAL], "api": [CENTRAL, EAST], "auth": [CENTRAL, EAST]}


def test_a_service_has_one_account_in_all_regions() -> None:
    accounts = [one["template"]["service_account"] for one in _of(platform("prod"), "api").values()]
    assert accounts == ["${google_service_account.api.email}"] * 2


def test_a_service_has_one_name_in_all_regions() -> None:
    names = {one["name"] for one in _of(platform("prod"), "api").values()}
    assert names == {"grid-prod-api"}


def test_a_service_without_a_route_is_behind_no_backend() -> None:
    group = "google_compute_region_network_endpoint_group"
    template = platform("dev", OTHER_DEV)
    assert _of(template, "worker")
    assert not [name for name in template.of(group) if "worker" in name]
    assert "worker" not in template.of("google_compute_backend_service")


def test_a_service_waits_for_what_it_is_told_to() -> None:
    assert _service()["depends_on"] == ["google_project_service.something"]


@pytest.mark.parametrize(
    "type_",
    [
        "google_project_iam_member",
        "google_secret_manager_secret_iam_member",
        "google_storage_bucket_iam_member",
    ],
)
def test_a_service_waits_for_every_grant_of_its_account(type_: str) -> None:
    template = platform("prod")
    for address, one in template.resources.items():
        if not address.startswith("google_cloud_run_v2_service."):
            continue
        member = one["template"]["service_account"].replace(".email}", ".member}")
        grants = {
            f"{type_}.{name}"
            for name, grant in template.of(type_).items()
            if grant["member"] == member
        }
        assert grants <= set(one["depends_on"]), address


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_a_service_waits_for_the_versions_of_its_secrets(name: str) -> None:
    template = platform(name)
    for address, one in template.resources.items():
        if not address.startswith("google_cloud_run_v2_"):
            continue
        if address.startswith("google_cloud_run_v2_service_iam_member."):
            continue
        secrets = [value["secret"] for value in variables(one).values() if isinstance(value, dict)]
        before = needs(template, address)
        for secret in secrets:
            version = secret.split(".")[1]
            assert f"google_secret_manager_secret_version.{version}" in before, address


@pytest.mark.parametrize("protect", [True, False])
def test_a_service_is_protected_where_the_file_says_so(protect: bool) -> None:
    assert _service(protect=protect)["deletion_protection"] is protect


def test_a_service_is_labelled_with_its_name() -> None:
    assert _service()["labels"] == {"service": "web"}


def test_nothing_else_is_made_for_a_service() -> None:
    with_nothing = alone(something)
    made = service(WEB).resources.keys() - with_nothing.resources.keys()
    assert sorted(made) == [
        "google_cloud_run_v2_service.web_service_us_central1",
        "google_cloud_run_v2_service_iam_member.web_invoker_us_central1",
    ]
