"""Test that values of the environment file are not evaluated as Terraform expressions."""

from tests.template import platform, variant
from tests.terraform.workspace import Workspace

TEXT = "${x} %{ if y } $${z} %%{ endif } $1 100%"


def test_environment_variable_with_template_syntax_is_literal(workspace: Workspace) -> None:
    workspace.write(platform(variant("dev", {"services.api.env": {"TEXT": TEXT}})))
    workspace.run("init")
    workspace.apply()
    services = workspace.cloud.fake_cloud.resources["google_cloud_run_v2_service"].values()
    [api] = [service for service in services if service["name"] == "grid-dev-api"]
    env = api["template"][0]["containers"][0]["env"]
    assert {variable["name"]: variable["value"] for variable in env}["TEXT"] == TEXT
