"""Fixtures: an offline Google and a folder for the stack of each test."""

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
"""Function that returns a new workspace in which a stack is applied."""


@pytest.fixture
def cloud() -> Iterator[Offline]:
    """Start an empty offline Google in memory."""
    with Offline() as session:
        yield session


@pytest.fixture
def workspace(cloud: Offline, tmp_path: Path) -> Workspace:
    """Create an empty folder for a stack."""
    return Workspace(cloud, tmp_path / "stack")


@pytest.fixture(scope="session")
def applied_folder(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[Template], Path]:
    """Return a function that applies each stack once in all processes and returns its folder, which
    callers must copy.
    """
    base = tmp_path_factory.getbasetemp()
    stacks = (base if worker_id == "master" else base.parent) / "applied"
    stacks.mkdir(exist_ok=True)

    def apply_once(template: Template) -> Path:
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

    return apply_once


@pytest.fixture(scope="module")
def copy_applied(
    applied_folder: Callable[[Template], Path],
) -> Iterator[Callable[[Template, Path], Workspace]]:
    """Return a function that copies an applied stack to a path and opens it."""
    with ExitStack() as opened:

        def copy(template: Template, folder: Path) -> Workspace:
            shutil.copytree(applied_folder(template), folder)
            return Workspace(opened.enter_context(Offline(folder / "google")), folder / "stack")

        yield copy


@pytest.fixture
def applied(copy_applied: Callable[[Template, Path], Workspace], tmp_path: Path) -> Applied:
    """Return a function that applies a stack for this test only."""
    return lambda template: copy_applied(template, tmp_path / "applied")
