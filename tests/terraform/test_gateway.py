"""Tests of changes to the API gateway and of its removal."""

import pytest

from tests.template import Template, platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import actions

pytestmark = pytest.mark.slow  # each applies a stack of its own, which takes half a minute

EVALUATION = {"gateway": {"billing_type": "EVALUATION"}}
FLOW = "google_apigee_sharedflow.rate_limiting"
DEPLOYMENT = "google_apigee_sharedflow_deployment.rate_limiting"


def _platform_with_gateway(requests_per_second: int) -> Template:
    changes = {**EVALUATION, "gateway.requests_per_second": requests_per_second}
    return platform(variant("dev", changes))


def test_rate_limit_change_deploys_new_revision(applied: Applied) -> None:
    workspace = applied(_platform_with_gateway(10))
    assert workspace.is_unchanged()
    workspace.write(_platform_with_gateway(20))
    assert actions(workspace.plan()) == {FLOW: ["update"], DEPLOYMENT: ["update"]}
    workspace.apply()
    assert workspace.is_unchanged()
    [deployed] = workspace.cloud.fake_cloud.of("google_apigee_sharedflow_deployment")
    [flow] = workspace.cloud.fake_cloud.of("google_apigee_sharedflow")
    assert (deployed["revision"], flow["revision"]) == ("2", ["1", "2"])


def test_gateway_is_removed_in_one_apply(applied: Applied) -> None:
    workspace = applied(_platform_with_gateway(10))
    workspace.write(platforms()["dev"])
    workspace.apply()
    assert workspace.is_unchanged()
    world = workspace.cloud.fake_cloud
    assert not [type_ for type_ in world.resources if "apigee" in type_ and world.of(type_)]
