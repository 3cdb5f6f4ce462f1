"""The GitHub environment of an environment, as the section `ci` of its file names it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class GitHubEnvironment:
    """An environment of a GitHub repository, through which the pipeline releases."""

    repository: str
    """Owner and name."""
    name: str
    needs_approval: bool


def find(environment_file: Path) -> GitHubEnvironment | None:
    """Return the GitHub environment that a file names, None without one.

    Only the section `ci` of the file is read, so that an invalid value elsewhere in it does not
    stop a command.
    """
    try:
        ci = yaml.safe_load(environment_file.read_bytes())["ci"]
        return GitHubEnvironment(
            str(ci["repository"]), environment_file.stem, ci.get("approval", False) is True
        )
    except (OSError, yaml.YAMLError, LookupError, TypeError, AttributeError):
        return None
