"""The account that a service runs as, and what it may do."""

import re
from dataclasses import dataclass

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember
from cdktf_cdktf_provider_google.secret_manager_secret_iam_member import (
    SecretManagerSecretIamMember,
)
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from constructs import Construct
from constructs.dependencies import Dependencies
from constructs.security.secrets import Secret

from environments.naming import Names, identifier

TELEMETRY_ROLES = (
    "roles/cloudtrace.agent",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
)
"""What every service needs to be seen."""


def role_name(role: str) -> str:
    """A role in an address: `roles/logging.logWriter` is `logging_log_writer`."""
    words = re.sub(r"([A-Z])", r"_\1", role.removeprefix("roles/")).lower()
    return words.replace(".", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfig:
    """What one service may do."""

    name: str
    """Name of the service."""
    roles: tuple[str, ...] = ()
    """Project roles, beside those for telemetry."""
    secrets: tuple[Secret, ...] = ()
    """Secrets that the service reads."""


class ServiceIdentity(Construct):
    """A service account of its own for each service, with one grant for each secret that it reads;
    never the project-wide secret accessor, with which every service would read every secret.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: IdentityConfig,
        *,
        names: Names,
        after: Dependencies,
    ) -> None:
        super().__init__(scope, id_)
        service = identifier(config.name)
        account = ServiceAccount(
            self,
            service,
            account_id=names.service_account(config.name),
            display_name=f"Cloud Run {config.name}",
            depends_on=after,
        )
        self._email, self._member = account.email, account.member
        roles = sorted({*TELEMETRY_ROLES, *config.roles})
        self._grants: list[ITerraformDependable] = [
            ProjectIamMember(
                self,
                f"{service}_{role_name(role)}",
                project=names.project_id,
                role=role,
                member=self._member,
            )
            for role in roles
        ]
        self._grants += [
            SecretManagerSecretIamMember(
                self,
                f"{service}_{secret.name}",
                secret_id=secret.secret_id,
                role="roles/secretmanager.secretAccessor",
                member=self._member,
            )
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
