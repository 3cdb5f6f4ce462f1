"""The gateway's life: another bundle is another revision, and it goes away in order."""

import pytest

from tests.template import Template, platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import actions

pytestmark = pytest.mark.slow  # lives of their own, half a minute each

FREE = {"gateway": {"billing_type": "EVALUATION"}}
FLOW = "google_apigee_sharedflow.rate_limiting"
DEPLOYMENT = "google_apigee_sharedflow_deployment.rate_limiting"


def _free(requests_per_second: int) -> Template:
    changes = {**FREE, "gateway.requests_per_second": requests_per_second}
    return platform(variant("dev", changes))


def test_another_limit_is_another_revision_which_is_deployed(applied: Applied) -> None:
    workspace = applied(_free(10))
    assert workspace.unchanged()
    workspace.write(_free(20))
    assert actions(workspace.plan()) == {FLOW: ["update"], DEPLOYMENT: ["update"]}
    workspace.apply()
    assert workspace.unchanged()
    [deployed] = workspace.cloud.world.of("google_apigee_sharedflow_deployment")
    [flow] = workspace.cloud.world.of("google_apigee_sharedflow")
    assert (deployed["revision"], flow["revision"]) == ("2", ["1", "2"])


def test_the_gateway_goes_away_in_one_apply_and_the_rest_stays(applied: Applied) -> None:
    workspace = applied(_free(10))
    workspace.write(platforms()["dev"])
    workspace.apply()
    assert workspace.unchanged()
    world = workspace.cloud.world
    assert not [type_ for type_ in world.resources if "apigee" in type_ and world.of(type_)]
