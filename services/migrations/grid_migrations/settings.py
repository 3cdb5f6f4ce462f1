"""Settings of the job, from its environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from grid_migrations.errors import Problem, SettingsError

SCHEMA = "grid"
"""Schema of all tables. It is not `public`, because the owner of the database owns that schema. On
Cloud SQL, every user that the API creates is a member of that owner."""

_PEM = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Database and its users."""

    url: URL
    """The database, as the user that owns the schema; its repr hides the password."""
    ca_certificates: str | None
    """Certificate authorities in PEM to verify the server with. With None, `sslmode` of the URL
    decides about TLS."""
    app_role: str
    """Database user of the services."""
    node_env: str
    """`development` or `production`; empty where it is not set."""

    @property
    def place(self) -> str:
        """Name of the database in messages."""
        return f"database {self.url.host}:{self.url.port or 5432}/{self.url.database}"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Read DATABASE_URL, DATABASE_CA_CERTS, DATABASE_APP_USER and NODE_ENV.

        Raises:
            SettingsError: one is missing or invalid. The message never repeats the URL, which
                contains a password.
        """
        text = environment.get("DATABASE_URL", "")
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):  # ValueError: a port that is no number
            url = None
        if url is None or url.get_backend_name() != "postgresql" or not url.database:
            raise SettingsError(
                Problem(
                    what=f"DATABASE_URL is {'invalid' if text else 'not set'}",
                    where="environment variable DATABASE_URL",
                    expected="postgresql://<user>:<password>@<host>:5432/<database>?sslmode=require",
                    actual="a value of another form, hidden here" if text else "nothing",
                    advice="Set it to the URL of the user that owns the schema. In Google Cloud, "
                    "add a correct version to the secret of the migration job",
                )
            )
        certificates = environment.get("DATABASE_CA_CERTS") or None
        if certificates and not (certificates.isascii() and _PEM in certificates):
            raise SettingsError(
                Problem(
                    what="DATABASE_CA_CERTS is invalid",
                    where="environment variable DATABASE_CA_CERTS",
                    expected=f"certificates in PEM: {_PEM}...",
                    actual=f"{len(certificates)} characters of another form",
                    advice="Set it to the server CA certificates of the database, or unset it",
                )
            )
        return cls(
            url=url.set(drivername="postgresql+psycopg"),
            ca_certificates=certificates,
            app_role=environment.get("DATABASE_APP_USER") or "grid_app",
            node_env=environment.get("NODE_ENV", ""),
        )
