"""A small stack for Terraform, against the offline Google, and `grid` to run on it."""

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from offline.terraform.session import Offline
from operations.core.terraform import VARIABLE
from tests.operations.commandline import CommandResult, Grid

PROJECT = "grid-test-example"
STATE = "grid-test-example-tfstate"


def document(project: str = PROJECT) -> dict[str, Any]:
    """Two buckets, a repository and a service account."""
    return {
        "terraform": {
            "backend": {"gcs": {"bucket": STATE, "prefix": "grid/test"}},
            "required_providers": {"google": {"source": "hashicorp/google", "version": "6.50.0"}},
        },
        "provider": {"google": [{"project": project, "default_labels": {"environment": "test"}}]},
        "resource": {
            "google_storage_bucket": {
                name: {"name": f"grid-test-{name}", "location": "US", "force_destroy": True}
                for name in ("data", "static")
            },
            "google_artifact_registry_repository": {
                "services": {
                    "location": "us-central1",
                    "repository_id": "services",
                    "format": "DOCKER",
                    "description": "Images",
                    "lifecycle": {"ignore_changes": ["labels"]},
                }
            },
            "google_compute_network": {
                "main": {"name": "grid-test", "auto_create_subnetworks": False}
            },
        },
        "output": {"project_id": {"value": project}},
    }


class Stack:
    """The stack `test` of a `grid`."""

    def __init__(self, grid: Grid, offline: Offline) -> None:
        self.grid, self.offline = grid, offline
        self.folder = grid.folder / "stacks" / "test"
        self.folder.mkdir(parents=True)
        self.document = document()

    def write(self) -> None:
        """Write the document, as a synthesis would."""
        text = json.dumps(self.document)
        (self.folder / "cdk.tf.json").write_text(text, encoding="utf-8")

    def run(self, command: str, *options: str) -> CommandResult:
        """Write the document and run a command on it, without a synthesis."""
        self.write()
        return self.grid.bare(command, "test", "--no-synth", "--json", *options)

    def applied(self) -> None:
        """Apply the document."""
        result = self.run("apply", "--yes")
        assert result.code == 0, result


@contextmanager
def offline_google(monkeypatch: pytest.MonkeyPatch, folder: Path, grid: Grid) -> Iterator[Stack]:
    """Serve an offline Google, and let the Terraform that `grid` finds use it."""
    with Offline(types=_types()) as offline:
        script = folder / "terraform"
        command = " ".join(map(shlex.quote, offline.core.command([])))
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        environ = offline.environ(folder) | {VARIABLE: str(script)}
        for name in os.environ.keys() - environ.keys():
            monkeypatch.delenv(name)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield Stack(grid, offline)


def _types() -> list[str]:
    return list(document()["resource"])
