"""Secrets and service accounts."""

from constructs.security.identity import IdentityConfig, ServiceIdentity
from constructs.security.secrets import Content, Secret, Secrets, ephemeral_password

__all__ = [
    "Content",
    "IdentityConfig",
    "Secret",
    "Secrets",
    "ServiceIdentity",
    "ephemeral_password",
]
