"""Settings of the job, from its environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from grid_migrations.errors import SettingsError

SCHEMA = "grid"
"""Schema of all tables. It is not `public`, because the owner of the database owns that schema. On
Cloud SQL, every user that the API creates is a member of that owner."""


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

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Read DATABASE_URL, DATABASE_CA_CERTS, DATABASE_APP_USER and NODE_ENV.

        Raises:
            SettingsError: one is missing or unusable. The message never repeats the URL, which
                has a password in it.
        """
        text = environment.get("DATABASE_URL", "")
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):  # ValueError: a port that is no number
            url = None
        if url is None or url.get_backend_name() != "postgresql" or not url.database:
            raise SettingsError(
                f"DATABASE_URL: got {'an unusable value' if text else 'nothing'}, wanted "
                "postgresql://<user>:<password>@<host>:5432/<database>?sslmode=require"
            )
        return cls(
            url=url.set(drivername="postgresql+psycopg"),
            ca_certificates=environment.get("DATABASE_CA_CERTS") or None,
            app_role=environment.get("DATABASE_APP_USER") or "grid_app",
            node_env=environment.get("NODE_ENV", ""),
        )
