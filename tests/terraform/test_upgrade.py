"""A state that the last release wrote is taken over without replacing anything."""

import json
from pathlib import Path

import pytest

from tests.repetition import environments
from tests.template import Template, platforms
from tests.terraform.workspace import Workspace, actions

pytestmark = pytest.mark.slow  # lives of their own, half a minute each

RELEASES = Path(__file__).with_name("releases")


def newest() -> Path:
    """Return the folder of the newest release."""
    folders = [folder for folder in RELEASES.iterdir() if folder.is_dir()]
    return max(folders, key=lambda folder: [int(part) for part in folder.name.split(".")])


@pytest.mark.parametrize("name", environments())
def test_nothing_of_the_last_release_is_replaced(workspace: Workspace, name: str) -> None:
    released = json.loads((newest() / f"{name}.tf.json").read_text(encoding="utf-8"))
    workspace.write(Template(released))
    workspace.run("init")
    workspace.apply()
    workspace.write(platforms()[name])
    workspace.run("init", "-reconfigure")
    gone = {
        address: done for address, done in actions(workspace.plan()).items() if "delete" in done
    }
    assert gone == {}
    workspace.run("apply", "plan")
    assert workspace.unchanged()
