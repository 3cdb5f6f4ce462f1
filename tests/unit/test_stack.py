"""Stacks: addresses that can be read, providers, labels, the state, and the outputs."""

import re
from functools import cache

import pytest
from cdktf_cdktf_provider_google.project_service import ProjectService
from constructs import Construct

from contract.outputs import PlatformOutputs
from stacks.stack import Stack
from tests import template
from tests.template import Template, alone
from tests.unit.parts import ENVIRONMENT_NAMES, OTHER_DEV, platform

CHANGES = {
    "project_name": "atlas",
    "project_id": "atlas-example",
    "labels": {"cost_center": "research"},
    "state": {"bucket": "the-bucket", "prefix": "the/prefix"},
}
OUTPUTS = """
    backups billing_export buckets dashboard database gateway hosts lb_ip migration_job network
    primary_region project_id registry services slos smoke_jobs uptime_check vector_search
""".split()


@cache
def _configured() -> Template:
    """Return a stack with nothing in it, configured for an environment."""
    stack = Stack(template.app(), "test", template.variant("dev", CHANGES))
    stack.configure()
    return template.synthesize(stack)


# Addresses


def _api(stack: Stack, scope: str, id_: str) -> None:
    ProjectService(Construct(stack, scope), id_, service="x.googleapis.com")


def test_address_is_type_and_construct_id() -> None:
    template = alone(lambda stack: _api(stack, "a-scope", "an_api"))
    assert list(template.resources) == ["google_project_service.an_api"]


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_no_address_of_the_platform_has_a_hash(name: str) -> None:
    assert not [
        address for address in platform(name).addresses if re.search(r"_[0-9A-F]{8}$", address)
    ]


def test_stack_rejects_two_resources_of_one_type_with_the_same_id() -> None:
    def build(stack: Stack) -> None:
        _api(stack, "one", "api")
        _api(stack, "two", "api")

    with pytest.raises(ValueError, match=r"two elements of type ProjectService have the id 'api'"):
        alone(build)


def test_resources_of_two_types_can_have_the_same_id() -> None:
    names = platform("dev").resources
    assert {"google_compute_network.main", "google_sql_database.main"} <= names.keys()


def test_depends_on_lists_apis_in_a_fixed_order() -> None:
    # A set of names has another order in each run, and the same file another JSON.
    vpc = platform("dev", OTHER_DEV).one("google_compute_network")
    apis = ("compute", "servicenetworking", "vpcaccess")
    assert vpc["depends_on"] == [f"google_project_service.{api}" for api in apis]


# Providers and state


def test_provider_has_the_configured_project_and_region() -> None:
    [google] = _configured().document["provider"]["google"]
    assert (google["project"], google["region"]) == ("atlas-example", "us-central1")


def test_default_labels_include_platform_and_configured_labels() -> None:
    [google] = _configured().document["provider"]["google"]
    assert google["default_labels"] == {
        "project": "atlas",
        "environment": "dev",
        "managed_by": "terraform",
        "cost_center": "research",
    }


def test_state_is_in_the_configured_bucket_and_prefix() -> None:
    backend = _configured().document["terraform"]["backend"]
    assert backend == {"gcs": {"bucket": "the-bucket", "prefix": "the/prefix"}}


def test_required_version_supports_write_only_arguments() -> None:
    assert _configured().document["terraform"]["required_version"] == ">= 1.11"


@pytest.mark.parametrize(("provider", "version"), [("google", "6.50.0"), ("random", "3.7.2")])
def test_provider_has_a_pinned_version_and_a_namespace(provider: str, version: str) -> None:
    required = _configured().document["terraform"]["required_providers"][provider]
    assert required == {"source": f"hashicorp/{provider}", "version": version}


def test_only_google_and_random_providers_are_declared() -> None:
    required = _configured().document["terraform"]["required_providers"]
    assert required.keys() == {"google", "random"}


# Outputs


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_outputs_match_the_contract(name: str) -> None:
    outputs = platform(name).outputs
    parsed = PlatformOutputs.model_validate(outputs)
    assert parsed.model_dump(mode="json", exclude_unset=True) == outputs


def test_outputs_contain_no_secret() -> None:
    for name in ENVIRONMENT_NAMES:
        values = str(platform(name).outputs)
        assert not re.search(r"ephemeral|auth_string|secret_data|var\.|password", values)


def test_outputs_name_every_service_in_every_region() -> None:
    template = platform("prod")
    told = {
        (region["name"], region["uri"])
        for regions in template.outputs["services"].values()
        for region in regions.values()
    }
    addresses = [
        f"google_cloud_run_v2_service.{name}" for name in template.of("google_cloud_run_v2_service")
    ]
    assert told == {(f"${{{address}.name}}", f"${{{address}.uri}}") for address in addresses}


def test_outputs_name_the_database_by_its_resource() -> None:
    assert platform("prod").outputs["database"] == {
        "instance": "${google_sql_database_instance.main.name}",
        "connection_name": "${google_sql_database_instance.main.connection_name}",
        "name": "grid",
        "region": "us-central1",
        "replicas": {
            "replica": {
                "instance": "${google_sql_database_instance.read_replica.name}",
                "connection_name": "${google_sql_database_instance.read_replica.connection_name}",
                "region": "us-east1",
            }
        },
    }


def test_outputs_name_the_address_for_the_dns_records() -> None:
    assert platform("prod").outputs["lb_ip"] == "${google_compute_global_address.default.address}"


def test_outputs_name_every_host_of_the_certificates() -> None:
    template = platform("prod")
    certificates = template.of("google_compute_managed_ssl_certificate").values()
    domains = [
        domain for certificate in certificates for domain in certificate["managed"]["domains"]
    ]
    assert sorted(template.outputs["hosts"]) == sorted(domains)
