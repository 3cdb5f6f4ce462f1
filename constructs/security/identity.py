"""The service account that a service runs as, and its grants."""

from dataclasses import dataclass

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.base import GridConstruct
from constructs.dependencies import Dependencies
from constructs.security.secrets import Secret
from constructs.security.service_account import ACCOUNT_APIS, Grant, create_platform_account

from environments.roles import TELEMETRY_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfig:
    """The roles and secrets of one service."""

    name: str
    """Name of the service."""
    roles: tuple[str, ...] = ()
    """Project roles, in addition to those for telemetry."""
    secrets: tuple[Secret, ...] = ()
    """Secrets that the service reads."""


class ServiceIdentity(GridConstruct):
    """The service account of one workload, with one grant per secret that it reads; never the
    project-wide secret accessor, with which every service could read every secret.
    """

    APIS = (*ACCOUNT_APIS, "cloudtrace")

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: IdentityConfig,
    ) -> None:
        super().__init__(scope, id_)
        account = create_platform_account(self, config.name)
        self._email, self._member = account.email, account.member
        roles = sorted({*TELEMETRY_ROLES, *config.roles})
        self._grants: list[ITerraformDependable] = [
            *account.grant((Grant(role=role) for role in roles), scope=self)
        ]
        self._grants += [
            secret.grant_access(self, f"{account.name}_{secret.name}", self._member)
            for secret in config.secrets
        ]

    @property
    def email(self) -> str:
        """The account's address."""
        return self._email

    @property
    def member(self) -> str:
        """The account as IAM bindings name it."""
        return self._member

    @property
    def grants(self) -> Dependencies:
        """What a revision that runs as this account has to wait for."""
        return self._grants
