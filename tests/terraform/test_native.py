"""Tests in Terraform's test language, run by `terraform test`."""

import json
import shutil
from pathlib import Path

import pytest

from tests.repetition import environments
from tests.template import Template, platforms
from tests.terraform.workspace import Workspace

NATIVE = Path(__file__).with_name("native")


@pytest.mark.parametrize("name", environments())
def test_terraform_test_passes(workspace: Workspace, name: str) -> None:
    workspace.write(platforms()[name])
    shutil.copytree(NATIVE, workspace.folder / "tests")
    workspace.run("init", "-backend=false")
    assert "Success!" in workspace.run("test").stdout


def test_terraform_test_fails_when_database_allows_plain_text(workspace: Workspace) -> None:
    text = json.dumps(platforms()["dev"].document)
    workspace.write(
        Template(json.loads(text.replace("ENCRYPTED_ONLY", "ALLOW_UNENCRYPTED_AND_ENCRYPTED")))
    )
    shutil.copytree(NATIVE, workspace.folder / "tests")
    workspace.run("init", "-backend=false")
    assert "without TLS" in workspace.run("test", expect=1).stderr
