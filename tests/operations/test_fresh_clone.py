"""`grid rollback` from a fresh clone with Python, make and a login, and nothing else."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from offline.serve.errors import ApiError
from offline.serve.request import Answer, Request
from operations.core.runtime import ENDPOINT
from tests.operations.commandline import Grid
from tests.operations.platform import (
    REGIONS,
    STATE_BUCKET,
    STATE_PREFIX,
    LocalGoogle,
    write_environment,
)
from tests.operations.releases import everywhere, image, push, served
from tests.template import ROOT

ONE, TWO = image("1"), image("2")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone of the last commit, with what grid needs, without developer tools."""
    folder = tmp_path_factory.mktemp("machine") / "grid"
    source = f"file://{ROOT}"
    subprocess.run(["git", "clone", "-q", "--depth=1", source, str(folder)], check=True)  # noqa: S607
    done = subprocess.run(
        ["make", "install-runtime"],  # noqa: S607
        cwd=folder,
        env=machine(folder) | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"the packages cannot be installed: {done.stderr[-500:]}")
    shutil.rmtree(folder / "environments")
    write_environment(folder / "environments")
    return folder


def machine(folder: Path) -> dict[str, str]:
    """Return the variables of a machine on which nothing was ever set up."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}
    cache = os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache" / "uv")
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    return {**kept, "HOME": str(home), "UV_CACHE_DIR": cache, "PATH": "/usr/bin:/bin"}


@pytest.fixture
def released(grid: Grid, cloud: LocalGoogle) -> Grid:
    """Release two versions from another machine, which shared the outputs at its last apply."""
    push(cloud, ONE, TWO)
    for reference in (ONE, TWO):
        assert grid("deploy", "test", f"--image=api={reference}", "--watch=0").code == 0
    outputs = {name: {"value": value} for name, value in cloud.outputs().items()}
    content = json.dumps({"version": 1, "outputs": outputs}).encode()
    cloud.storage.write(STATE_BUCKET, f"{STATE_PREFIX}/outputs.json", content)
    return grid


def roll_back(clone: Path, grid: Grid) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["./grid", "rollback", "test", "--json"],
        cwd=clone,
        env=machine(clone) | {ENDPOINT: grid.server.url},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_fresh_clone_rolls_back(clone: Path, released: Grid, cloud: LocalGoogle) -> None:
    done = roll_back(clone, released)
    assert done.returncode == 0, done.stderr
    assert served(cloud) == everywhere(ONE)


def test_fresh_clone_rolls_back_the_region_that_answers(
    clone: Path, released: Grid, cloud: LocalGoogle
) -> None:
    alive, dead = REGIONS

    def get(request: Request) -> Answer:
        if f"/{dead}/" in request.path:
            raise ApiError(503, "The region is unavailable.", "unavailable")
        return cloud.find("run", request.path)

    cloud.answers("run.projects.locations.services.get", get)
    done = roll_back(clone, released)
    assert done.returncode == 3, done.stderr
    assert served(cloud) == {alive: {ONE: 100}, dead: {TWO: 100}}
    (line,) = json.loads(done.stdout)["not_reverted"]
    assert line.startswith(f"api {dead} serves")
