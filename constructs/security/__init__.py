"""Secrets and service accounts."""

from constructs.security.identity import IdentityConfig, ServiceIdentity
from constructs.security.secrets import Content, Secret, Secrets, ephemeral_password
from constructs.security.service_account import (
    ACCOUNT_APIS,
    Account,
    Grant,
    create_account,
    create_platform_account,
    platform_accounts,
)

__all__ = [
    "ACCOUNT_APIS",
    "Account",
    "Content",
    "Grant",
    "IdentityConfig",
    "Secret",
    "Secrets",
    "ServiceIdentity",
    "create_account",
    "create_platform_account",
    "ephemeral_password",
    "platform_accounts",
]
