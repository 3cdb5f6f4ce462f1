"""An offline Google for each test, and a folder for the stack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.session import Offline
from tests.terraform.workspace import Workspace


@pytest.fixture
def cloud() -> Iterator[Offline]:
    """An empty offline Google in memory."""
    with Offline() as session:
        yield session


@pytest.fixture
def workspace(cloud: Offline, tmp_path: Path) -> Workspace:
    """An empty folder for a stack."""
    return Workspace(cloud, tmp_path / "stack")
