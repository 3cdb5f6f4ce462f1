"""Checks of the settings before a service starts."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from grid_shared.cache import connect, connect_others
from grid_shared.service.settings import Settings, SettingsError, variable


def load(name: str) -> Any:
    """Import the `Service` of a name.

    Raises:
        SettingsError: its package is not installed.
    """
    module = f"grid_{name}.app"
    try:
        service = import_module(module).SERVICE
    except ModuleNotFoundError as error:
        if error.name not in {module, module.partition(".")[0]}:
            raise
        raise SettingsError(
            f"Service {name!r} does not exist",
            where=variable("SERVICE"),
            reason=f"The package grid_{name} is not installed.",
            advice="Set SERVICE to the name of a service in this image, such as api",
        ) from error
    return service


def check(settings: Settings, required: Iterable[str]) -> None:
    """Check required variables, and the form of the addresses and certificates.

    Raises:
        SettingsError: a variable is missing or invalid.
    """
    for name in required:
        if not settings.variables.get(name):
            raise SettingsError(
                f"{name} is not set",
                where=variable(name),
                reason=f"Service {settings.service} requires it.",
                advice=f"Set {name}, or add it to the service in the environment file",
            )
    if settings.redis:
        _check_redis(settings.redis)
    if settings.database_url:
        _check_database(settings.database_url)
    certificates = settings.database_ca_certificates
    if certificates and not (certificates.isascii() and "-----BEGIN CERT" in certificates):
        raise SettingsError(
            "DATABASE_CA_CERTS is invalid",
            where=variable("DATABASE_CA_CERTS"),
            expected="certificates in PEM: -----BEGIN CERTIFICATE-----...",
            actual=f"{len(certificates)} characters of another form",
            advice="Set it to the server CA certificates of the database, or unset it",
        )


def _check_redis(variables: Mapping[str, str]) -> None:
    try:
        connect(variables)
        connect_others(variables)
    except ValueError as error:
        name = str(error).partition(" ")[0]
        raise SettingsError(
            str(error).partition(":")[0],
            where=variable(name),
            reason="The service cannot create a client of Redis.",
            advice=f"Correct {name}, or remove all variables of Redis to run without a cache",
        ) from error


def _check_database(url: str) -> None:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        # The error of psycopg can repeat the password.
        raise SettingsError(
            "DATABASE_URL is invalid",
            where=variable("DATABASE_URL"),
            expected="postgresql://<user>:<password>@<host>:5432/<database>?sslmode=require",
            actual="a value of another form, hidden here",
            advice="Add a version with a correct URL to the secret, or correct the variable",
        ) from None
