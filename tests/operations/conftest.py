"""A local Google with one platform, and `grid` to run against it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.serve.listener import serve
from offline.serve.server import Server
from tests.operations import platform
from tests.operations.commandline import Grid
from tests.operations.platform import LocalGoogle
from tests.operations.worlds import World, commanded


@pytest.fixture
def cloud() -> LocalGoogle:
    made = LocalGoogle()
    made.apply()
    return made


@pytest.fixture
def server(cloud: LocalGoogle) -> Iterator[Server]:
    with serve(cloud, platform.listener()) as serving:
        yield serving
    assert serving.mistakes == []


@pytest.fixture
def grid(cloud: LocalGoogle, server: Server, tmp_path: Path) -> Grid:
    outputs = platform.write(cloud.outputs(), tmp_path / "outputs.json")
    return Grid(server, tmp_path / "grid", outputs)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return commanded(monkeypatch)
