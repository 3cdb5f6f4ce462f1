"""Facts of the provider: spot checks against its source at v6.50.0, laws of the data, validation.

`file.go:line` in a comment is google/services/<service>/resource_<file>.go.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

from offline.engine.iam import iam_kind
from offline.provider_facts import MISSING, facts, replaces, types, validate
from offline.provider_facts.loader import PACKAGE, files

NETWORK, SQL = "google_compute_network", "google_sql_database_instance"
BACKEND, CONNECTOR = "google_compute_backend_service", "google_vpc_access_connector"
VERSION = "google_secret_manager_secret_version"
RUN = "google_cloud_run_v2_service"


@pytest.mark.parametrize(
    ("type_", "path", "field", "value"),
    [
        # compute_network.go:184
        (NETWORK, "routing_mode", "enum", ("REGIONAL", "GLOBAL", "")),
        # compute_backend_service.go:352
        (
            BACKEND,
            "cdn_policy.cache_mode",
            "enum",
            ("USE_ORIGIN_HEADERS", "FORCE_CACHE_ALL", "CACHE_ALL_STATIC", ""),
        ),
        # compute_global_forwarding_rule.go:212-220
        ("google_compute_global_forwarding_rule", "load_balancing_scheme", "default", "EXTERNAL"),
        # compute_security_policy.go:151-155
        (
            "google_compute_security_policy",
            "rule.match.config.src_ip_ranges",
            "max_items",
            10,
        ),
        # sql_database_instance.go:185-188
        (SQL, "deletion_protection", "default", True),
        # cloud_run_v2_service.go:1228-1237
        (RUN, "deletion_protection", "default", True),
        # secret_manager_secret_version.go:93-98
        (VERSION, "secret_data_wo_version", "default", 0),
        (VERSION, "secret_data_wo_version", "force_new", True),
        (VERSION, "secret_data_wo", "write_only", True),
        # sql_user.go:126-131
        ("google_sql_user", "password_wo_version", "required_with", ("password_wo",)),
        ("google_sql_user", "password_wo_version", "force_new", False),
        # vpc_access_connector.go:99-104
        (CONNECTOR, "max_throughput", "range", (200, 1000)),
        # redis_instance.go:581-586
        ("google_redis_instance", "auth_string", "sensitive", True),
        # google_service_account.go:69-73
        ("google_service_account", "account_id", "length", (6, 30)),
        ("google_service_account", "account_id", "force_new", True),
        # hashicorp/random 3.7.2, docs/resources/id.md: keepers replace
        ("random_id", "keepers", "force_new", True),
        ("random_id", "byte_length", "force_new", True),
        ("random_password", "keepers", "force_new", True),
        ("random_password", "result", "sensitive", True),
    ],
)
def test_facts_match_the_provider_source(type_: str, path: str, field: str, value: object) -> None:
    assert getattr(facts(type_).of(path), field) == value


@pytest.mark.parametrize(
    ("type_", "path", "condition"),
    [
        (SQL, "settings.disk_size", "lower"),  # sql_database_instance.go:164
        ("google_compute_subnetwork", "ip_cidr_range", "cidr_not_expanded"),  # :122
        (CONNECTOR, "max_instances", "lower"),  # vpc_access_connector.go:67
        ("google_redis_instance", "redis_version", "version_lower"),  # redis_instance.go:98
        ("google_storage_bucket", "retention_policy.is_locked", "unset"),  # :55
        (SQL, "settings.ip_configuration.private_network", "removed"),  # :1183
    ],
)
def test_conditions_match_the_provider_source(type_: str, path: str, condition: str) -> None:
    assert facts(type_).conditional_force_new[path] == condition


@pytest.mark.parametrize(
    ("condition", "old", "new", "expected"),
    [
        ("lower", 100, 50, True),
        ("lower", 50, 100, False),
        ("lower", None, 100, False),
        ("version_lower", "REDIS_7_2", "REDIS_7_0", True),
        ("version_lower", "REDIS_6_X", "REDIS_7_2", False),
        ("cidr_not_expanded", "10.0.0.0/20", "10.0.0.0/16", False),
        ("cidr_not_expanded", "10.0.0.0/20", "10.0.0.0/24", True),
        ("cidr_not_expanded", "10.0.0.0/20", "10.1.0.0/16", True),
        ("changed", "a", "b", True),
        ("changed", "a", "a", False),
        ("removed", "a", "", True),
        ("removed", "", "a", False),
        ("removed", "a", "b", False),
        ("unset", True, False, True),
        ("unset", False, True, False),
        ("unknown", 1, 2, False),
    ],
)
def test_conditional_force_new(condition: str, old: Any, new: Any, expected: bool) -> None:
    assert replaces(condition, old, new) is expected


def test_every_type_loads_and_has_an_id() -> None:
    assert len(types()) >= 81
    for type_ in types():
        known = facts(type_)
        assert known.known
        assert known.id_format or iam_kind(type_), type_
        assert known.count, type_
        for condition in known.conditional_force_new.values():
            replaces(condition, None, None)


def test_relations_name_attributes_of_the_type() -> None:
    """A relation into a block that does not exist would never be checked."""
    fields = ("conflicts_with", "exactly_one_of", "at_least_one_of", "required_with")
    for type_ in types():
        known = facts(type_).attributes
        blocks = {""} | {
            path[:at] for path in known for at, character in enumerate(path) if character == "."
        }
        for path, item in known.items():
            for field in fields:
                for other in getattr(item, field):
                    assert other.rpartition(".")[0] in blocks, (type_, path, other)


def test_type_without_a_file_has_no_facts() -> None:
    for type_ in ("google_container_cluster", "../ids", "google_sql_user/../x"):
        result = facts(type_)
        assert (result.known, dict(result.attributes), result.id_format) == (False, {}, None)
        assert validate(type_, {"name": 1}) == []


def test_facts_are_loaded_lazily_and_once() -> None:
    code = (
        "from offline.provider_facts.loader import facts\n"
        "assert facts.cache_info().currsize == 0\n"
        "assert facts('random_id') is facts('random_id')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parent)


def test_unknown_key_in_data_is_an_error() -> None:
    from offline.provider_facts.loader import _attribute

    with pytest.raises(TypeError):
        _attribute({"forcenew": True})
    assert facts(NETWORK).of("name").default is MISSING


def test_data_has_one_sorted_line_per_attribute() -> None:
    for file in files().values():
        lines = file.read_text(encoding="utf-8").splitlines()
        attributes = json.loads("\n".join(lines))["attributes"]
        lines_ = [line for line in lines if line.startswith('  "')]
        assert len(lines_) == len(attributes), file.name
        assert list(attributes) == sorted(attributes), file.name
