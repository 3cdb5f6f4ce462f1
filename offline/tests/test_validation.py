"""Validation by the facts: the provider's words, and what it lets pass."""

from collections.abc import Mapping
from typing import Any

import pytest
import resources

from offline.protocol.values import UNKNOWN
from offline.provider_facts import Problem, facts, types, validate
from offline.provider_facts.checks import compiled, find_error
from offline.provider_facts.model import AttributeFacts

NETWORK, SQL = "google_compute_network", "google_sql_database_instance"
BACKEND, CONNECTOR = "google_compute_backend_service", "google_vpc_access_connector"


@pytest.mark.parametrize(
    ("type_", "attributes"),
    [
        ("google_apigee_organization", {"project_id": "acme-test", "runtime_type": "CLOUD"}),
        ("google_cloud_run_v2_service", resources.RUN),
        (
            "google_compute_backend_service",
            {"name": "api", "cdn_policy": [{"signed_url_cache_max_age_sec": 1}]},
        ),
        ("google_compute_security_policy", resources.POLICY),
        ("google_compute_subnetwork", resources.SUBNET),
        ("google_redis_instance", resources.REDIS),
        ("google_sql_database_instance", resources.SQL),
        ("google_storage_bucket", resources.BUCKET),
        ("google_vpc_access_connector", resources.CONNECTOR),
    ],
)
def test_valid_resource_has_no_problem(type_: str, attributes: Mapping[str, Any]) -> None:
    assert validate(type_, attributes) == []


def only(type_: str, given: Mapping[str, Any]) -> Problem:
    """Return the one problem of a configuration."""
    [problem] = validate(type_, given)
    return problem


def test_enum_error_has_the_provider_text() -> None:
    policy = {"cache_mode": "CACHE_MODE_AUTO", "signed_url_cache_max_age_sec": 1}
    problem = only(BACKEND, {"name": "api", "cdn_policy": [policy]})
    assert problem.summary == (
        'expected cdn_policy.0.cache_mode to be one of ["USE_ORIGIN_HEADERS" "FORCE_CACHE_ALL" '
        '"CACHE_ALL_STATIC" ""], got CACHE_MODE_AUTO'
    )
    assert problem.path == ("cdn_policy", 0, "cache_mode")
    assert problem.dotted == "cdn_policy.0.cache_mode"


CONNECTED = {"name": "c", "network": "vpc", "ip_cidr_range": "10.1.0.0/28"}


@pytest.mark.parametrize(
    ("type_", "given", "summary", "detail"),
    [
        (
            CONNECTOR,
            {**CONNECTED, "max_throughput": 100},
            "expected max_throughput to be in the range (200 - 1000), got 100",
            "",
        ),
        (
            NETWORK,
            {"name": "My_VPC"},
            '"name" ("My_VPC") doesn\'t match regexp "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"',
            "",
        ),
        (
            "google_service_account",
            {"account_id": "api"},
            '"account_id" ("api") must be between 6 and 30 characters long',
            "",
        ),
        (
            CONNECTOR,
            {"name": "c", "subnet": [{"name": "s"}], "ip_cidr_range": "10.1.0.0/28"},
            "Missing required argument",
            '"ip_cidr_range": all of `network` must be specified',
        ),
        (
            "google_sql_user",
            {"password_wo_version": 1},
            "Missing required argument",
            '"password_wo_version": all of `password_wo` must be specified',
        ),
        (
            "google_compute_subnetwork",
            {"name": "s", "ip_cidr_range": "10.0.0.0"},
            '"ip_cidr_range" is not a valid IP CIDR range: invalid CIDR address: 10.0.0.0',
            "",
        ),
        (
            "google_project_iam_member",
            {"member": "deleted:user:a@b"},
            "invalid value for member (Terraform does not support IAM members for deleted "
            "principals)",
            "",
        ),
    ],
)
def test_errors_have_the_provider_text(
    type_: str, given: dict[str, Any], summary: str, detail: str
) -> None:
    problem = only(type_, given)
    assert (problem.summary, problem.detail) == (summary, detail)


def test_conflicts_and_groups_name_every_attribute() -> None:
    result = validate(CONNECTOR, CONNECTED | {"min_instances": 2, "min_throughput": 200})
    assert [item.detail for item in result] == [
        '"min_instances": conflicts with min_throughput',
        '"min_throughput": conflicts with min_instances',
    ]
    result = validate(CONNECTOR, {"name": "c"})
    assert [entry.detail for entry in result] == [
        '"network": one of `network,subnet.0.name` must be specified'
    ]
    result = validate(CONNECTOR, {"name": "c", "network": "n", "subnet": [{"name": "s"}]})
    assert {element.summary for element in result} == {"Invalid combination of arguments"}
    assert "only one of `network,subnet.0.name` can be specified" in result[0].detail


def test_unknown_values_are_valid() -> None:
    assert validate(CONNECTOR, {"name": "c", "network": UNKNOWN, "subnet": UNKNOWN}) == []
    assert validate(BACKEND, {"name": UNKNOWN, "cdn_policy": UNKNOWN}) == []
    assert validate(CONNECTOR, CONNECTED | {"min_instances": 2, "min_throughput": UNKNOWN}) == []
    for type_ in types():
        given = {path.split(".")[0]: UNKNOWN for path in facts(type_).attributes}
        assert validate(type_, given) == [], type_


def test_relations_are_checked_per_block() -> None:
    """One good block does not excuse another (monitoring alert conditions stand in a list)."""
    paths = [p for p, item in facts(SQL).attributes.items() if item.at_least_one_of and "." in p]
    assert paths
    block = {"settings": [{"tier": "t", "ip_configuration": [{"ssl_mode": "ENCRYPTED_ONLY"}]}]}
    assert validate(SQL, block) == []
    block["settings"][0]["ip_configuration"] = [{"ssl_mode": None}]
    assert all(
        "ip_configuration.0" in problem.dotted.replace("settings.0.", "")
        for problem in validate(SQL, block)
    )
    assert validate(SQL, block)


def test_number_of_items_is_checked() -> None:
    rule = {"match": [{"config": [{"src_ip_ranges": [f"10.{n}.0.0/16" for n in range(11)]}]}]}
    problem = only("google_compute_security_policy", {"name": "p", "rule": [rule]})
    assert problem.detail == (
        "Attribute rule.0.match.0.config.0.src_ip_ranges supports 10 item maximum, "
        "but config has 11 declared."
    )


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("asn", 64512, 64511),
        ("base64", "YQ==", "a"),
        ("bucket_labels", {"a-b_1": "x"}, {"A": "x"}),
        ("cidr", "10.0.0.0/8", "10.0.0.0/33"),
        ("dataset_id", "a_1", "a-1"),
        ("duration", "1h30m", "90"),
        ("expiration_ms", 3600000, 3599999),
        ("http_headers", {"X-Own": "1"}, {"X-Google-A": "1"}),
        ("iam_member", "user:a@b", "a@b"),
        ("json", "{}", "{"),
        ("json_array", "[{}]", "[null]"),
        ("not_empty", "a", ""),
        ("pool_id", "github", "gcp-pool"),
        ("project_service", "run.googleapis.com", "run"),
        ("rfc3339", "2030-01-01T00:00:00Z", "2030-01-01"),
        ("rotation_period", "86400s", "86399s"),
        ("slo_goal", 0.999, 1.0),
        ("trailing_dot", "a.example.", "a.example"),
        ("true", True, False),
    ],
)
def test_named_validator_accepts_good_and_rejects_bad_value(
    check: str, good: Any, bad: Any
) -> None:
    result = AttributeFacts(check=check)
    assert find_error("at", result, good) is None
    assert "at" in (find_error("at", result, bad) or "") or check == "bucket_labels"
    assert find_error("at", result, bad)


def test_every_validator_named_in_facts_exists() -> None:
    from offline.provider_facts.named import NAMED

    named = {value.check for type_ in types() for value in facts(type_).attributes.values()}
    assert named - set(NAMED) == {None, "float", "rfc1035"}


def test_empty_string_is_valid_where_facts_allow_it() -> None:
    result = facts("google_kms_crypto_key").of("rotation_period")
    assert result.or_empty
    assert find_error("at", result, "") is None
    assert find_error("at", result, "1s")


def test_patterns_follow_go_syntax() -> None:
    assert compiled("^a$").search("a\n") is None  # $ is the very end
    assert compiled(r"^\d$").search("٣") is None  # digits are ASCII
    assert compiled("b").search("abc")  # a search, no match of the whole
