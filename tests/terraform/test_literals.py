"""What the file says arrives as it is said, through Terraform's own grammar."""

from tests.template import platform, variant
from tests.terraform.workspace import Workspace

TEXT = "${x} %{ if y } $${z} %%{ endif } $1 100%"


def test_a_variable_arrives_as_the_file_says_it(workspace: Workspace) -> None:
    workspace.write(platform(variant("dev", {"services.api.env": {"TEXT": TEXT}})))
    workspace.run("init")
    workspace.apply()
    services = workspace.cloud.world.resources["google_cloud_run_v2_service"].values()
    [api] = [one for one in services if one["name"] == "grid-dev-api"]
    env = api["template"][0]["containers"][0]["env"]
    assert {one["name"]: one["value"] for one in env}["TEXT"] == TEXT
