"""Redis: encrypted, private, one in each region, and how services reach it."""

from functools import cache
from typing import Any

import pytest
from cdktf import TerraformOutput
from constructs.cache import Cache

from environments.schema import CacheConfig, MaintenanceConfig
from stacks.stack import Stack
from tests.template import Template, alone
from tests.unit.parts import CENTRAL, EAST, network, platform, variables


@cache
def _template(config: CacheConfig = CacheConfig(), *, protect: bool = False) -> Template:  # noqa: B008
    def build(stack: Stack) -> None:
        redis = Cache(
            stack,
            "cache",
            config,
            region=EAST,
            network=network(stack),
        )
        TerraformOutput(stack, "certificates", value=redis.ca_certificates)

    return alone(build, protect=protect)


def _redis(config: CacheConfig | None = None, *, protect: bool = False) -> Any:
    return _template(config or CacheConfig(), protect=protect).one("google_redis_instance")


@pytest.mark.parametrize(("asked", "tier"), [(True, "STANDARD_HA"), (False, "BASIC")])
def test_redis_tier_follows_high_availability(asked: bool, tier: str) -> None:
    assert _redis(CacheConfig(high_availability=asked))["tier"] == tier


def test_redis_has_the_configured_size_and_version() -> None:
    redis = _redis(CacheConfig(memory_gb=3, version="REDIS_7_0"))
    assert (redis["memory_size_gb"], redis["redis_version"]) == (3, "REDIS_7_0")


def test_redis_is_reached_through_private_services_access() -> None:
    assert _redis()["connect_mode"] == "PRIVATE_SERVICE_ACCESS"
    assert _redis()["authorized_network"] == "${google_compute_network.main.id}"


def test_redis_names_the_reserved_range_and_not_its_cidr() -> None:
    name = "${google_compute_global_address.private_ip.name}"
    assert _redis()["reserved_ip_range"] == name


def test_redis_depends_on_its_api_and_the_private_services_connection() -> None:
    assert _redis()["depends_on"] == [
        "google_project_service.redis",
        "google_service_networking_connection.private_vpc",
    ]


def test_redis_name_contains_its_region() -> None:
    assert (_redis()["region"], _redis()["name"]) == (EAST, "grid-test-redis-use1")
    assert _redis()["display_name"] == "grid test cache"


def test_redis_evicts_the_least_recently_used_keys() -> None:
    assert _redis()["redis_configs"]["maxmemory-policy"] == "allkeys-lru"


def test_redis_publishes_events_of_expired_keys() -> None:
    assert _redis()["redis_configs"]["notify-keyspace-events"] == "Ex"


def test_redis_snapshots_are_enabled_only_when_configured() -> None:
    with_snapshots = _redis(CacheConfig(high_availability=True, snapshots=True))
    assert with_snapshots["persistence_config"]["persistence_mode"] == "RDB"
    assert with_snapshots["persistence_config"]["rdb_snapshot_period"] == "TWELVE_HOURS"
    assert "persistence_config" not in _redis()


def test_maintenance_window_is_the_configured_one() -> None:
    redis = _redis(CacheConfig(maintenance=MaintenanceConfig(day="MONDAY", hour=4)))
    [window] = redis["maintenance_policy"]["weekly_maintenance_window"]
    assert window["day"] == "MONDAY"
    assert window["start_time"] == {"hours": 4, "minutes": 0, "seconds": 0, "nanos": 0}


def test_lifecycle_has_prevent_destroy_when_protected() -> None:
    assert _redis(protect=True)["lifecycle"]["prevent_destroy"] is True


def test_lifecycle_has_no_prevent_destroy_when_unprotected() -> None:
    assert not _redis(protect=False).get("lifecycle", {}).get("prevent_destroy")


def test_connection_url_has_tls_and_the_auth_string() -> None:
    version = _template().one("google_secret_manager_secret_version")
    redis = "google_redis_instance.cache_us_east1"
    url = f"rediss://:${{{redis}.auth_string}}@${{{redis}.host}}:${{{redis}.port}}"
    assert list(version.values()).count(url) == 1


def test_connection_url_is_a_plain_argument_that_follows_the_instance() -> None:
    version = _template().one("google_secret_manager_secret_version")
    assert "secret_data" in version
    assert "secret_data_wo" not in version


def test_connection_secret_name_contains_the_region() -> None:
    secret = _template().one("google_secret_manager_secret")
    assert "grid-test-redis-connection-us-east1" in secret.values()


@pytest.mark.parametrize("protect", [True, False])
def test_connection_secret_is_protected_when_configured(protect: bool) -> None:
    secret = _template(protect=protect).one("google_secret_manager_secret")
    assert secret["deletion_protection"] is protect


def test_ca_certificates_join_every_certificate_of_the_instance() -> None:
    certificates = "google_redis_instance.cache_us_east1.server_ca_certs[*].cert"
    assert _template().outputs["certificates"] == f'${{join("\\n", {certificates})}}'


def test_every_region_has_one_redis_instance() -> None:
    caches = platform("prod").of("google_redis_instance").values()
    assert sorted(one["region"] for one in caches) == [CENTRAL, EAST]


def test_service_uses_the_redis_of_its_region() -> None:
    for service in platform("prod").of("google_cloud_run_v2_service").values():
        region = service["location"].replace("-", "_")
        environment_variables = variables(service)
        secret = f"google_secret_manager_secret.redis_connection_{region}"
        assert environment_variables["REDIS_URL"]["secret"] == f"${{{secret}.secret_id}}"
        assert f"google_redis_instance.cache_{region}." in environment_variables["REDIS_CA_CERTS"]
