"""What Grid's services share: secrets, and a cache of three levels."""

from grid_shared.cache import Cache, CacheConfig, Json, Serializer, connect
from grid_shared.secrets import (
    AsyncSecrets,
    SecretDeniedError,
    SecretEmptyError,
    SecretError,
    SecretMissingError,
    Secrets,
    SecretsConfig,
    SecretUnavailableError,
    SecretValue,
)

__all__ = [
    "AsyncSecrets",
    "Cache",
    "CacheConfig",
    "Json",
    "SecretDeniedError",
    "SecretEmptyError",
    "SecretError",
    "SecretMissingError",
    "SecretUnavailableError",
    "SecretValue",
    "Secrets",
    "SecretsConfig",
    "Serializer",
    "connect",
]
