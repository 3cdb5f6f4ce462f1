"""Names: each within its API's limit, and no two alike."""

from collections.abc import Callable
from itertools import permutations

import pytest

from environments.naming import Names, NameTooLongError, identifier, short_region
from environments.schema.compute import memory_mib
from facts import locations

REGIONS = locations.regions()
NAMES = Names("grid-dev-example", "grid", "dev")
HOSTS = ("grid.example.com", "api.grid.example.com", "www.grid.example.com")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (NAMES.compute("vpc"), "grid-dev-vpc"),
        (NAMES.compute("private", "us-central1"), "grid-dev-private-us-central1"),
        (NAMES.connector("us-central1"), "grid-dev-usc1"),
        (NAMES.database(), "grid-dev-db"),
        (NAMES.database("replica"), "grid-dev-db-replica"),
        (NAMES.redis("europe-west12"), "grid-dev-redis-euw12"),
        (NAMES.secret("jwt-secret"), "grid-dev-jwt-secret"),
        (NAMES.service("api"), "grid-dev-api"),
        (NAMES.service_account("api"), "grid-dev-api"),
        (NAMES.bucket("backups"), "grid-dev-example-backups"),
        (NAMES.vertex("embeddings"), "grid-dev-embeddings"),
        (NAMES.deployed_index("embeddings"), "grid_dev_embeddings"),
        (NAMES.dataset("billing_export"), "grid_dev_billing_export"),
        (NAMES.transfer("cost-report"), "grid-dev-cost-report"),
        (NAMES.budget(), "grid-dev-monthly"),
        (NAMES.title, "grid dev"),
        (NAMES.export(), "grid-dev-database-export"),
        (NAMES.custom_role("sql-export"), "grid_dev_sql_export"),
        (NAMES.custom_role_path("x"), "projects/grid-dev-example/roles/grid_dev_x"),
    ],
)
def test_name_begins_with_project_and_environment(name: str, expected: str) -> None:
    assert name == expected


def _names(length: int) -> Names:
    """Names whose project name has this many characters, and whose project id has 17."""
    return Names("project-of-17-chr", "p" * length, "e")


LIMITS: dict[str, tuple[Callable[[int], str], int]] = {
    "compute": (lambda size: _names(size).compute("vpc"), 63 - len("-e-vpc")),
    "connector": (lambda size: _names(size).connector("us-central1"), 20 - len("--e--usc1")),
    "database": (lambda size: _names(size).database(), 98 - 17 - len(":-e-db-1234")),
    "replica": (lambda size: _names(size).database("r"), 98 - 17 - len(":-e-db-r-1234")),
    "redis": (lambda size: _names(size).redis("us-central1"), 40 - len("-e-redis-usc1")),
    "secret": (lambda size: _names(size).secret("key"), 255 - len("-e-key")),
    "service": (lambda size: _names(size).service("api"), 49 - len("-e-api")),
    "service account": (lambda size: _names(size).service_account("api"), 30 - len("-e-api")),
    "export": (lambda size: _names(size).export(), 64 - len("-e-database-export")),
    "custom role": (lambda size: _names(size).custom_role("x"), 64 - len("-e-x")),
    "certificate": (lambda size: _names(size).certificate(HOSTS), 63 - len("-e-ssl-cert-12345678")),
    "vertex": (lambda size: _names(size).vertex("i"), 128 - len("-e-i")),
    "deployed index": (lambda size: _names(size).deployed_index("i"), 128 - len("-e-i")),
    "dataset": (lambda size: _names(size).dataset("cost"), 1024 - len("-e-cost")),
    "budget": (lambda size: _names(size).budget(), 60 - len("-e-monthly")),
    "apigee": (lambda size: _names(size).apigee("runtime"), 32 - len("-e-runtime")),
    "kms": (lambda size: _names(size).kms("apigee"), 63 - len("-e-apigee")),
    "bucket": (lambda size: Names("p" * size, "p", "e").bucket("backups"), 63 - len("-backups")),
}
"""A name with a part of some size, and the largest size that fits."""


@pytest.mark.parametrize("kind", LIMITS)
def test_name_raises_above_the_limit_of_its_api(kind: str) -> None:
    make, most = LIMITS[kind]
    assert "p" * most in make(most)
    with pytest.raises(NameTooLongError, match=r"has \d+ characters, at most \d+ fit"):
        make(most + 1)


def test_service_account_raises_below_the_minimum_length() -> None:
    assert Names("", "g", "d").service_account("xy") == "g-d-xy"
    with pytest.raises(NameTooLongError, match="has 5 characters, at least 6 are needed"):
        Names("", "g", "d").service_account("x")


def test_bucket_raises_below_the_minimum_length() -> None:
    assert Names("a", "g", "d").bucket("b") == "a-b"
    with pytest.raises(NameTooLongError, match="has 2 characters, at least 3 are needed"):
        Names("a", "g", "d").bucket("")


def test_short_region_is_unique() -> None:
    assert len({short_region(region) for region in REGIONS}) == len(REGIONS)


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_short_region_has_four_to_six_characters(region: str) -> None:
    assert 4 <= len(short_region(region)) <= 6
    assert short_region(region).isalnum()


@pytest.mark.parametrize(
    "region", ["us-central9", "us-central1-a", "mars-north1", "US-CENTRAL1", ""]
)
def test_short_region_raises_when_there_is_no_such_region(region: str) -> None:
    with pytest.raises(ValueError, match="is not a Google Cloud region"):
        short_region(region)


def test_certificate_name_does_not_depend_on_the_order_of_domains() -> None:
    assert len({NAMES.certificate(hosts) for hosts in permutations(HOSTS)}) == 1


def test_certificate_name_changes_with_the_domains() -> None:
    sets = [HOSTS, HOSTS[:2], HOSTS[1:], HOSTS[:1], (*HOSTS, "dev.grid.example.com")]
    assert len({NAMES.certificate(hosts) for hosts in sets}) == len(sets)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["api"], "api"),
        (["api", "neg", "us-central1"], "api_neg_us_central1"),
        (["a-b_c"], "a_b_c"),
        (["3m.example.com"], "_3m_example_com"),
    ],
)
def test_identifier_is_one_of_terraform(parts: list[str], expected: str) -> None:
    assert identifier(*parts) == expected


@pytest.mark.parametrize(("quantity", "mib"), [("512Mi", 512), ("1Gi", 1024), ("32Gi", 32768)])
def test_memory_mib_converts_kubernetes_units(quantity: str, mib: int) -> None:
    assert memory_mib(quantity) == mib
