"""The stack of prod in a healthy project, for `grid doctor`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from operations.core.terraform import VARIABLE
from tests.operations.commandline import CommandResult, Grid
from tests.operations.platform import LocalGoogle
from tests.operations.project import Project
from tests.template import bootstraps, platform, variant


@cache
def prod() -> dict[str, Any]:
    """Return the stack of the fixture prod with a pager, so that nothing is wrong with it."""
    return platform(variant("prod", {"monitoring.pagerduty_channel": "1234567890"})).document


def set_up(
    cloud: LocalGoogle, grid: Grid, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Write the stack where `grid` looks for it, and a Terraform that says its version."""
    for name, document in {
        "test": prod(),
        "test-bootstrap": bootstraps()["prod"].document,
    }.items():
        stack = grid.folder / "stacks" / name
        stack.mkdir(parents=True)
        (stack / "cdk.tf.json").write_text(json.dumps(document), encoding="utf-8")
    script = folder / "terraform-version"
    script.write_text('#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(script))
    return Project(cloud)


def findings(result: CommandResult) -> list[dict[str, Any]]:
    """Return the output of `--json`."""
    found: list[dict[str, Any]] = result.json["result"]["findings"]
    return found
