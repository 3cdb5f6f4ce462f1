"""What a service says about where its secrets are and how long they are kept."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

MOUNTED_FILE = "value"
"""The name that the platform gives the only file of a secret's volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsConfig:
    """Where secrets come from, and for how long one that was read is used. Times in seconds."""

    project: str
    """Project id that Secret Manager is asked in."""
    prefix: str = ""
    """In front of a name it makes the id in Secret Manager: `grid-dev-` and `jwt-secret`."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """The environment variable of a secret where it is not its name in capitals: `jwt-secret` is
    looked for in JWT_SECRET, and `openai-key` in OPENAI_API_KEY if that is said here."""
    mount: Path = Path("/secrets")
    """Folder of mounted secrets: each is the file `value` in the folder of its variable."""
    ttl: float = 300.0
    """How long a value is used before it is read again; 5 minutes, as in the document."""
    jitter: float = 0.1
    """Each value's ttl is drawn from ttl ± this part of it, so that instances that started
    together do not ask together. 0 to 1."""
    stale: float = 3600.0
    """How long after its ttl a value is still given out while it cannot be read again. A rotated
    secret is then used for that long at most; an hour is what a Google incident tends to last."""
    retry_after: float = 10.0
    """While Secret Manager is unavailable it is asked once in this time, not at every call."""
    deadline: float = 5.0
    """For one read with the retries within it."""
    most: int = 128
    """Values kept; the least recently used goes. The API's own limit is 64 KiB for each."""

    def __post_init__(self) -> None:
        """Check the limits.

        Raises:
            ValueError: with the field, what it got and what it wants.
        """
        for name in ("ttl", "deadline", "retry_after", "most"):
            if getattr(self, name) <= 0:
                raise ValueError(f"SecretsConfig.{name}: got {getattr(self, name)}, wants above 0")
        if self.stale < 0 or not 0 <= self.jitter < 1:
            raise ValueError("SecretsConfig: stale wants 0 or more, jitter from 0 to below 1")
        if not self.project:
            raise ValueError("SecretsConfig.project: got nothing, wants a project id")

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] = os.environ, *, project_name: str = "grid"
    ) -> Self:
        """Read what the platform's containers have: GOOGLE_CLOUD_PROJECT and APP_ENV.

        Raises:
            ValueError: one of the two is not set.
        """
        for name in ("GOOGLE_CLOUD_PROJECT", "APP_ENV"):
            if not environ.get(name):
                raise ValueError(f"{name} is not set; the platform sets it on every container")
        return cls(
            project=environ["GOOGLE_CLOUD_PROJECT"],
            prefix=f"{project_name}-{environ['APP_ENV']}-",
        )

    def variable(self, name: str) -> str:
        """Return the name of the environment variable that can hold the secret `name`."""
        return self.variables.get(name, name.upper().replace("-", "_"))

    def file(self, name: str) -> Path:
        """Return the file of the secret `name` where the service has `secret_files`."""
        return self.mount / self.variable(name) / MOUNTED_FILE

    def resource(self, name: str, version: str) -> str:
        """Resource name of a version, as in the Secret Manager API."""
        return f"projects/{self.project}/secrets/{self.prefix}{name}/versions/{version}"
