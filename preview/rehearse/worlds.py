"""World of a rehearsal: an offline Google with the embedded or the genuine provider."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from offline.terraform.genuine import Genuine
from offline.terraform.session import Offline

EMBEDDED, GENUINE = "embedded", "genuine"
PROVIDERS = (EMBEDDED, GENUINE)


def create(provider: str, mirror: Path | None) -> Offline:
    """Return a session of an empty world in memory, for a `with` statement.

    `mirror` is the filesystem mirror that has the genuine provider.
    """
    if provider == GENUINE:
        return Genuine(mirror=mirror, create_buckets=False)
    return Offline(create_buckets=False)


def variables(session: Offline, program: Path) -> Mapping[str, str]:
    """Return the variables that lead `grid` to a world, with a program that is its Terraform.

    Raises:
        offline.terraform.core.CoreNotFoundError: There is no Terraform.
        OSError: The program cannot be written.
    """
    command = shlex.join(session.core.command([]))
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {
        "GRID_GOOGLE_ENDPOINT": session.serve(),
        "GRID_TERRAFORM": str(program),
        "TF_CLI_ARGS": "-no-color",
        "TF_INPUT": "0",
        "PATH": os.environ.get("PATH", os.defpath),
    }
