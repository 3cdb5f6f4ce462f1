"""Settings of a service, from its environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grid_shared import AsyncSecrets, SecretError, SecretsConfig, TelemetryConfig, read_mounted
from grid_shared.service.errors import SettingsError
from grid_shared.telemetry.config import METRICS_GROUP, TRACES_GROUP, installed

__all__ = ["MOUNT", "Settings", "SettingsError", "variable"]

MOUNT = Path("/secrets")
"""Folder of mounted secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One service. A database and a cache are optional, as in the environment file."""

    service: str
    """`auth`, `api` or `ai`. The load balancer forwards `/<service>/...` without a rewrite."""
    port: int = 8080
    """Port to listen on; Cloud Run sets PORT."""
    project: str = ""
    """Google Cloud project, for the names of traces."""
    database_url: str | None = field(default=None, repr=False)
    """A libpq URI."""
    database_ca_certificates: str | None = field(default=None, repr=False)
    """Certificate authorities of the database in PEM; with None, the URL decides about TLS."""
    pool_size: int = 5
    """Maximum of connections to the database. All instances together share `max_connections`."""
    redis: Mapping[str, str] | None = field(default=None, repr=False)
    """REDIS_URL and REDIS_CA_CERTS, and those of other regions."""
    telemetry: TelemetryConfig = field(default_factory=TelemetryConfig)
    """Exporters of metrics and traces."""
    secrets: AsyncSecrets | None = field(default=None, repr=False)
    """Reader of the secrets that are mounted, so that a rotation needs no restart."""
    jwks_url: str | None = None
    """Address of the public keys of tokens. Without one no token is valid."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """All environment variables and mounted secrets, for the service's own settings."""

    @classmethod
    def of(cls, environment: Mapping[str, str], *, mount: Path = MOUNT) -> "Settings":
        """Read the settings from environment variables and mounted secrets.

        Raises:
            SettingsError: one is missing or invalid, or a mounted secret cannot be read.
        """
        _check_exporter(environment, "OTEL_METRICS_EXPORTER", METRICS_GROUP)
        _check_exporter(environment, "OTEL_TRACES_EXPORTER", TRACES_GROUP)
        telemetry = TelemetryConfig.from_environment(environment)
        secrets = None
        if mounted := _mounted(mount):
            if not (project := environment.get("GOOGLE_CLOUD_PROJECT")):
                raise SettingsError(
                    "GOOGLE_CLOUD_PROJECT is not set",
                    where=variable("GOOGLE_CLOUD_PROJECT"),
                    expected="the ID of the project of the mounted secrets",
                    actual="nothing",
                    advice="Set it to the ID of the project. The platform does so on Cloud Run",
                )
            config = SecretsConfig(project=project, mount=mount)
            secrets = AsyncSecrets(config, environ=environment)
            environment = mounted | dict(environment)
        redis = {
            name: value
            for name, value in environment.items()
            if name.startswith(("REDIS_URL", "REDIS_CA_CERTS")) and value
        }
        return cls(
            service=environment.get("SERVICE") or "api",
            port=_number(environment, "PORT", 8080),
            project=environment.get("GOOGLE_CLOUD_PROJECT", ""),
            database_url=environment.get("DATABASE_URL") or None,
            database_ca_certificates=environment.get("DATABASE_CA_CERTS") or None,
            pool_size=_number(environment, "DATABASE_POOL_SIZE", 5),
            redis=redis if "REDIS_URL" in redis else None,
            telemetry=telemetry,
            secrets=secrets,
            jwks_url=environment.get("JWKS_URL") or None,
            variables=environment,
        )


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(
            f"{name} is invalid",
            where=variable(name),
            expected="an integer from 1 to 65535",
            actual=repr(text),
            advice=f"Correct {name}, or unset it for the default of {default}",
        )
    return int(text)


def variable(name: str) -> str:
    """Return the place of an environment variable or its mounted secret, for messages."""
    return f"environment variable {name}"


def _check_exporter(environment: Mapping[str, str], name: str, group: str) -> None:
    actual, known = environment.get(name), installed(group)
    if actual and actual not in known:
        raise SettingsError(
            f"The exporter of {name} is not installed",
            where=variable(name),
            expected=f"one of {', '.join(sorted(known))}",
            actual=repr(actual),
            advice=f"Correct {name}, install the package of the exporter, or unset the variable",
        )


def _mounted(mount: Path) -> dict[str, str]:
    try:
        return read_mounted(mount)
    except (SecretError, ValueError) as error:
        path, _, reason = str(error).partition(": ")
        raise SettingsError(
            "A mounted secret cannot be read",
            where=path,
            reason=f"{reason[:1].upper()}{reason[1:]}.",
            advice="Add a version with a valid value to the secret, and check that the service "
            "account has roles/secretmanager.secretAccessor for it",
        ) from error
