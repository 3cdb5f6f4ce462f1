"""An offline Google for each test, and a folder for the stack."""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from offline.terraform.session import Offline
from tests.template import Template
from tests.terraform.workspace import Workspace

Applied = Callable[[Template], Workspace]
"""Gives a workspace of its own, in which a stack was applied."""


@pytest.fixture
def cloud() -> Iterator[Offline]:
    """Provide an empty offline Google in memory."""
    with Offline() as session:
        yield session


@pytest.fixture
def workspace(cloud: Offline, tmp_path: Path) -> Workspace:
    """Provide an empty folder for a stack."""
    return Workspace(cloud, tmp_path / "stack")


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[Template], Path]:
    """Apply each stack once, whatever process asks for it, and provide the folder of the
    result, only to be copied.
    """
    base = tmp_path_factory.getbasetemp()
    stacks = (base if worker_id == "master" else base.parent) / "kept"
    stacks.mkdir(exist_ok=True)

    def keep(template: Template) -> Path:
        folder = stacks / hashlib.sha256(json.dumps(template.document).encode()).hexdigest()
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the first applies it, others wait
            if not folder.exists():
                part = folder.with_suffix(".part")
                with Offline(part / "google") as cloud:
                    workspace = Workspace(cloud, part / "stack")
                    workspace.write(template)
                    workspace.run("init")
                    workspace.apply()
                part.rename(folder)
        return folder

    return keep


@pytest.fixture(scope="module")
def copied(kept: Callable[[Template], Path]) -> Iterator[Callable[[Template, Path], Workspace]]:
    """Goes on in a copy, at a path, of what came of an apply."""
    with ExitStack() as opened:

        def go_on(template: Template, folder: Path) -> Workspace:
            shutil.copytree(kept(template), folder)
            return Workspace(opened.enter_context(Offline(folder / "google")), folder / "stack")

        yield go_on


@pytest.fixture
def applied(copied: Callable[[Template, Path], Workspace], tmp_path: Path) -> Applied:
    """Provide a stack that was applied, for this test alone."""
    return lambda template: copied(template, tmp_path / "applied")
