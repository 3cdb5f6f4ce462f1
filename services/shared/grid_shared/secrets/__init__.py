"""Secrets of a service, from where the platform put them."""

from grid_shared.secrets.asynchronous import AsyncSecrets
from grid_shared.secrets.config import SecretsConfig
from grid_shared.secrets.errors import (
    SecretDeniedError,
    SecretEmptyError,
    SecretError,
    SecretMissingError,
    SecretUnavailableError,
)
from grid_shared.secrets.local import read_mounted
from grid_shared.secrets.synchronous import Secrets
from grid_shared.secrets.value import SecretValue

__all__ = [
    "AsyncSecrets",
    "SecretDeniedError",
    "SecretEmptyError",
    "SecretError",
    "SecretMissingError",
    "SecretUnavailableError",
    "SecretValue",
    "Secrets",
    "SecretsConfig",
    "read_mounted",
]
