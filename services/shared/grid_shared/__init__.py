"""Code that Grid's services share: secrets, a cache of three levels, and telemetry.

Each part is imported at its first use, so a job without a cache does not import the Redis client.
The Secret Manager client is imported with the first read.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grid_shared.cache import (
        Cache,
        CacheConfig,
        Json,
        Serializer,
        SyncCache,
        Typed,
        connect,
        connect_others,
    )
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
        read_mounted,
    )
    from grid_shared.telemetry import AiTokens, Telemetry, TelemetryConfig

__all__ = [
    "AiTokens",
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
    "SyncCache",
    "Telemetry",
    "TelemetryConfig",
    "Typed",
    "connect",
    "connect_others",
    "read_mounted",
]


if not TYPE_CHECKING:  # a checker would take every name for an object

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        package = (
            "secrets"
            if "Secret" in name or name == "read_mounted"
            else "telemetry"
            if name in {"AiTokens", "Telemetry", "TelemetryConfig"}
            else "cache"
        )
        globals()[name] = getattr(import_module(f"grid_shared.{package}"), name)
        return globals()[name]
