"""A database user whose password exists in Cloud SQL and Secret Manager alone."""

from dataclasses import dataclass

from cdktf_cdktf_provider_google.sql_user import SqlUser
from constructs import Construct
from constructs.base import GridConstruct
from constructs.security import Content, Secret, ephemeral_password

PASSWORD_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class UserConfig:
    """A user of one database."""

    name: str
    """Name that it logs in with."""
    password_secret: str
    """Name of the secret with the password."""
    url_secret: str
    """Name of the secret with the connection URL."""
    password_version: int
    """Raised to set a new password."""
    instance: str
    """Name of the instance."""
    host: str
    """Private address of the instance."""
    database: str
    """Name of the database in the URL."""


class DatabaseUser(GridConstruct):
    """A user, a secret with its password, and a secret with its connection URL.

    All three take the same ephemeral password in one run, tied together by one version number and
    by `replace_triggered_by`. If a first apply is interrupted between them, raise the version.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: UserConfig,
    ) -> None:
        super().__init__(scope, id_)
        self._name = config.name
        password = ephemeral_password(self, f"database_{id_}", PASSWORD_LENGTH)
        user = SqlUser(
            self,
            id_,
            name=config.name,
            instance=config.instance,
            password_wo=password,
            password_wo_version=config.password_version,
            # PostgreSQL does not drop a user that owns objects.
            deletion_policy="ABANDON",
        )
        url = (
            f"postgresql://{config.name}:{password}@{config.host}:5432/{config.database}"
            "?sslmode=require"
        )
        _, self._url = (
            Secret(
                self,
                name,
                Content(value=value, version=config.password_version, replaced_with=user),
            )
            for name, value in ((config.password_secret, password), (config.url_secret, url))
        )

    @property
    def name(self) -> str:
        """Name that it logs in with."""
        return self._name

    @property
    def url(self) -> Secret:
        """The connection URL, a libpq URI with TLS to the private address."""
        return self._url
