"""The environment in which `grid` runs; tests replace it."""

from __future__ import annotations

import getpass
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
ENDPOINT = "GRID_GOOGLE_ENDPOINT"
FOLDER = "GRID_FOLDER"
ENVIRONMENTS = "GRID_ENVIRONMENTS"


def resolve_ipv4(host: str) -> list[str]:
    """Return the IPv4 addresses of a host as this machine resolves it; none is an empty list."""
    try:
        answers = socket.getaddrinfo(host, 443, socket.AF_INET, socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return sorted({str(address[0]) for *_, address in answers})


def find_operator() -> str:
    """Return who runs the command: the address of the pipeline's run, else user and machine.

    GitHub Actions, "Variables reference", names the variables.
    """
    if run := os.environ.get("GITHUB_RUN_ID"):
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{os.environ.get('GITHUB_REPOSITORY', '')}/actions/runs/{run}"
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


def prompt(question: str) -> str:
    """Ask the operator, and return the answer; empty at the end of input.

    On stderr, as progress: stdout may lead to a file that is to hold JSON.
    """
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


class Clock(Protocol):
    """Time, and the passing of it."""

    def now(self) -> datetime:
        """Return the time, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """Time, folders, and the way to Google."""

    clock: Clock = field(default_factory=SystemClock)
    endpoint: str = field(default_factory=lambda: os.environ.get(ENDPOINT, ""))
    """Address of a server that stands in for every Google API; empty for Google itself."""
    folder: Path = field(default_factory=lambda: Path(os.environ.get(FOLDER) or ROOT / ".grid"))
    """Where the journals are kept."""
    stacks: Path = field(
        default_factory=lambda: Path(os.environ.get("CDKTF_OUTDIR") or ROOT / "cdktf.out", "stacks")
    )
    """The synthesized stacks, a folder for each environment, where Terraform was initialized."""
    environments: Path = field(
        default_factory=lambda: Path(os.environ.get(ENVIRONMENTS) or ROOT / "environments")
    )
    """The environment files."""
    timeout_seconds: float = 60
    """How long one request may take. Google's own limit for most of them is a minute."""
    prompt: Callable[[str], str] = prompt
    """Asks the operator a question, and returns the answer."""
    is_interactive: Callable[[], bool] = field(default_factory=lambda: sys.stdin.isatty)
    """Whether there is an operator to ask."""
    operator: str = field(default_factory=find_operator)
    """Who runs the command, for the lease and for records that other machines read."""
    resolve: Callable[[str], list[str]] = resolve_ipv4
    """Resolves a host name to its IPv4 addresses."""
