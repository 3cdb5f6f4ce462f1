"""Secrets inside of the container: environment variables and mounted files."""

import os
from collections.abc import Mapping
from pathlib import Path

from grid_shared.secrets.config import MOUNTED_FILE, SecretsConfig
from grid_shared.secrets.errors import SecretEmptyError, SecretUnavailableError
from grid_shared.secrets.value import SecretValue

LATEST = "latest"
"""The version that local secrets stand for."""


def read_variable(
    name: str, config: SecretsConfig, environ: Mapping[str, str]
) -> SecretValue | None:
    """Return the value of the secret's environment variable, or None where it is not set.

    Cloud Run reads it when an instance starts; it cannot change after that.

    Raises:
        SecretEmptyError: the variable is empty. Another source would hide that.
    """
    variable = config.variable(name)
    if (value := environ.get(variable)) is None:
        return None
    if not value:
        raise SecretEmptyError(f"{variable}: set, but empty")
    return SecretValue(os.fsencode(value))


def read_file(name: str, config: SecretsConfig) -> SecretValue | None:
    """Return the content of the secret's file, or None if there is no such file.

    Reading a file of a Cloud Run secret volume reads Secret Manager, so what was read is kept
    like any other value. Source: Cloud Run, "Configure secrets for services".

    Raises:
        SecretEmptyError: the file is empty.
        SecretUnavailableError: the file exists and cannot be read.
    """
    return _read(config.file(name))


def read_mounted(mount: Path = Path("/secrets")) -> dict[str, str]:
    """Return the values of all mounted secrets by variable, as a service needs them to start.

    Raises:
        SecretEmptyError: a file is empty.
        SecretUnavailableError: a file cannot be read.
        ValueError: a value is not UTF-8 text.
    """
    values = {}
    for file in sorted(mount.glob(f"*/{MOUNTED_FILE}")):
        if value := _read(file):
            try:
                values[file.parent.name] = value.text()
            except ValueError:
                raise ValueError(f"{file}: the secret is not UTF-8 text") from None
    return values


def no_client(name: str, config: SecretsConfig) -> str:
    """Return the message for a secret that is not in the container and cannot be read."""
    return (
        f"{config.variable(name)}: not set, {config.file(name)}: no such file; mount the secret, or"
        " install grid-shared[secret-manager] to read Secret Manager"
    )


def _read(path: Path) -> SecretValue | None:
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SecretUnavailableError(f"{path}: {error.strerror}") from error
    if not data:
        raise SecretEmptyError(f"{path}: the file is empty")
    return SecretValue(data)
