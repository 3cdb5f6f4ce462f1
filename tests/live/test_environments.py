"""The owner's environments apply to the offline Google, and a second plan is empty."""

from pathlib import Path

import pytest

from offline.terraform.session import Offline
from tests.live import FOLDER, NAMES
from tests.template import stacks
from tests.terraform.workspace import Workspace


def test_there_is_an_environment() -> None:
    assert NAMES


@pytest.mark.parametrize("name", sorted(stacks(FOLDER)))
def test_live_stack_applies_and_converges(name: str, tmp_path: Path) -> None:
    with Offline() as cloud:
        workspace = Workspace(cloud, tmp_path / "stack")
        workspace.write(stacks(FOLDER)[name])
        workspace.run("init")
        workspace.apply()
        assert workspace.is_unchanged()
