"""The gateway's life: another bundle is another revision, and it goes away in order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.session import Offline
from tests.template import Template, platform, platforms, variant
from tests.terraform.workspace import Workspace, actions

FREE = {"gateway": {"billing_type": "EVALUATION"}}
FLOW = "google_apigee_sharedflow.rate_limiting"
DEPLOYMENT = "google_apigee_sharedflow_deployment.rate_limiting"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Offline() as cloud:
        yield Workspace(cloud, tmp_path)


def _free(requests_per_second: int) -> Template:
    changes = {**FREE, "gateway.requests_per_second": requests_per_second}
    return platform(variant("dev", changes))


def test_another_limit_is_another_revision_which_is_deployed(workspace: Workspace) -> None:
    workspace.write(_free(10))
    workspace.run("init")
    workspace.apply()
    assert workspace.unchanged()
    workspace.write(_free(20))
    assert actions(workspace.plan()) == {FLOW: ["update"], DEPLOYMENT: ["update"]}
    workspace.apply()
    assert workspace.unchanged()
    [deployed] = workspace.cloud.world.of("google_apigee_sharedflow_deployment")
    [flow] = workspace.cloud.world.of("google_apigee_sharedflow")
    assert (deployed["revision"], flow["revision"]) == ("2", ["1", "2"])


def test_the_gateway_goes_away_in_one_apply_and_the_rest_stays(workspace: Workspace) -> None:
    workspace.write(_free(10))
    workspace.run("init")
    workspace.apply()
    workspace.write(platforms()["dev"])
    workspace.apply()
    assert workspace.unchanged()
    world = workspace.cloud.world
    assert not [type_ for type_ in world.resources if "apigee" in type_ and world.of(type_)]
