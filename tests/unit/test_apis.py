"""The Google APIs: which are enabled, that they stay, and that everything waits for its own."""

import re
from typing import Any

import pytest
from cdktf import TerraformStack
from constructs import Construct
from constructs.base import GridConstruct

from tests.template import Template, alone, app, enabler
from tests.unit.parts import ENVIRONMENT_NAMES, OTHER_DEV, OTHER_PROD, needs, platform


class _Topics(GridConstruct):
    """A construct of two APIs, which are called at run time too."""

    APIS = ("pubsub", "dns")


def _enabled(template: Template) -> list[str]:
    """Return the service names of the APIs that a template enables."""
    services = template.of("google_project_service").values()
    return sorted(service["service"] for service in services)


def test_construct_enables_the_apis_that_it_declares() -> None:
    assert _enabled(alone(lambda stack: _Topics(stack, "topics"))) == [
        "dns.googleapis.com",
        "pubsub.googleapis.com",
    ]


def test_apis_stay_enabled_when_the_stack_is_destroyed() -> None:
    services = alone(lambda stack: _Topics(stack, "topics")).of("google_project_service")
    assert {service["disable_on_destroy"] for service in services.values()} == {False}


def test_api_is_enabled_once_when_two_constructs_declare_it() -> None:
    template = alone(lambda stack: [_Topics(stack, name) for name in ("topics", "more-topics")])
    assert len(_enabled(template)) == 2


def test_construct_rejects_an_api_that_it_does_not_declare() -> None:
    message = (
        "_Topics depends on Google APIs that it does not declare: run. Add them to _Topics.APIS"
    )
    with pytest.raises(LookupError, match=re.escape(message)):
        alone(lambda stack: _Topics(stack, "topics").apis("dns", "run"))


def test_construct_finds_its_context_through_a_scope_of_another_library() -> None:
    template = alone(lambda stack: _Topics(Construct(stack, "scope"), "topics"))
    assert len(_enabled(template)) == 2


def test_construct_rejects_a_stack_without_a_context() -> None:
    with pytest.raises(LookupError, match=r"needs a stack with a context"):
        _Topics(TerraformStack(app(), "plain"), "topics")


@pytest.mark.parametrize(("changes", "enabled"), [({}, True), (OTHER_PROD, False)])
def test_vpcaccess_api_is_enabled_only_with_connectors(
    changes: dict[str, Any], enabled: bool
) -> None:
    apis = platform("prod", changes).of("google_project_service")
    assert ("vpcaccess" in apis) == enabled


@pytest.mark.parametrize(("changes", "enabled"), [({}, False), ({"domain.dns_zone": "zone"}, True)])
def test_dns_api_is_enabled_only_with_a_managed_zone_or_logs(
    changes: dict[str, Any], enabled: bool
) -> None:
    silent = platform("dev", {"network.dns_logging": False} | changes)
    assert ("dns" in silent.of("google_project_service")) == enabled
    assert "dns" in platform("dev", changes).of("google_project_service")


@pytest.mark.parametrize(
    ("name", "changes"),
    [*((name, {}) for name in ENVIRONMENT_NAMES), ("dev", OTHER_DEV), ("prod", OTHER_PROD)],
)
def test_every_resource_depends_on_its_api(name: str, changes: dict[str, Any]) -> None:
    template = platform(name, changes)
    early = [
        address
        for address in template.resources
        if (needed := enabler(address)) and needed not in needs(template, address)
    ]
    assert early == []
