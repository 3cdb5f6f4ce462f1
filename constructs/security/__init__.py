"""Secrets, identities and the web application firewall."""

from constructs.security.cloud_armor import CloudArmor
from constructs.security.identity import IdentityConfig, ServiceIdentity
from constructs.security.secrets import Content, Secret, Secrets, ephemeral_password

__all__ = [
    "CloudArmor",
    "Content",
    "IdentityConfig",
    "Secret",
    "Secrets",
    "ServiceIdentity",
    "ephemeral_password",
]
