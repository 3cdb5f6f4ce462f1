"""Configuration of secrets: their sources, and how long values are used."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

MOUNTED_FILE = "value"
"""The name that the platform gives the only file of a secret's volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsConfig:
    """Sources of secrets, and limits of their use. Times are in seconds."""

    project: str
    """ID of the project of the secrets."""
    prefix: str = ""
    """Prefix of the names in Secret Manager: `grid-dev-` with `grid-dev-jwt-secret`."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of secrets whose variable is not the name in capitals. The default of
    `jwt-secret` is JWT_SECRET; `{"openai-key": "OPENAI_API_KEY"}` changes that of `openai-key`."""
    mount: Path = Path("/secrets")
    """Folder of mounted secrets: each is the file `value` in the folder of its variable."""
    ttl: float = 300.0
    """Time for which a value is used. The default is that of the architecture spec: 5 min."""
    jitter: float = 0.1
    """Random part of each ttl, from 0 to below 1: 0.1 is ttl ± 10%. Instances that started together
    then read at different times."""
    stale: float = 3600.0
    """Time after its ttl for which a value is used if it cannot be read again. A rotated secret is
    then used for at most this time. The default is the typical length of a Google incident: 1 h."""
    retry_after: float = 10.0
    """Time between two reads while Secret Manager is unavailable."""
    deadline: float = 5.0
    """Timeout of one read, including retries."""
    most: int = 128
    """Maximum number of values. The least recently used is dropped. The API allows 64 KiB each."""

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
        """Read GOOGLE_CLOUD_PROJECT and APP_ENV, which the platform sets on every container.

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
        """Return the resource name of a version in the Secret Manager API."""
        return f"projects/{self.project}/secrets/{self.prefix}{name}/versions/{version}"
