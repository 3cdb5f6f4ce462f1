"""Keys that tokens are signed with, from the secrets JWT_SECRET and JWT_SECRET_PREVIOUS.

The platform generates JWT_SECRET. An Ed25519 key is derived from it, so that no key is made or kept
manually, and services that verify tokens cannot sign any.
"""

import base64
import hashlib
import logging
import time
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jwt.algorithms import OKPAlgorithm

from grid_shared.secrets import AsyncSecrets, SecretError
from grid_shared.service.settings import SettingsError, variable
from grid_shared.service.tokens import ALGORITHM, AUDIENCE, ISSUER

_log = logging.getLogger(__name__)
LIFETIME = 900
"""Seconds for which a token is valid, also after its user is deleted or the token is leaked."""
MIN_SECRET_BYTES = 32
"""Minimum size of a secret, in bytes."""


class Key:
    """A key pair. Its ID is the thumbprint of the public key (RFC 7638)."""

    def __init__(self, name: str, secret: str) -> None:
        """Derive the key (HKDF, RFC 5869).

        Raises:
            SettingsError: the secret is too short.
        """
        data = secret.encode()
        if len(data) < MIN_SECRET_BYTES:
            raise SettingsError(
                f"{name} is too short",
                where=variable(name),
                expected=f"{MIN_SECRET_BYTES} bytes or more",
                actual=f"{len(data)} bytes",
                advice="Add a version with a longer random value to the secret",
            )
        seed = HKDF(SHA256(), 32, salt=None, info=b"grid-auth ed25519").derive(data)
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        jwk = OKPAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        required = f'{{"crv":"{jwk["crv"]}","kty":"{jwk["kty"]}","x":"{jwk["x"]}"}}'
        digest = hashlib.sha256(required.encode()).digest()
        self.kid = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        self.public = {**jwk, "kid": self.kid, "alg": ALGORITHM, "use": "sig"}


class SigningKeys:
    """The key that signs, and the keys that are published. Mounted secrets are read again, so that
    a rotation needs no restart.
    """

    def __init__(self, secrets: AsyncSecrets | None, variables: Mapping[str, str]) -> None:
        """Derive the keys that the service starts with.

        Raises:
            SettingsError: a secret is too short.
        """
        self._secrets = secrets
        names = [name for name in ("JWT_SECRET", "JWT_SECRET_PREVIOUS") if variables.get(name)]
        self._keys = {name: (variables[name], Key(name, variables[name])) for name in names}

    async def published(self) -> list[Key]:
        """Return the keys, the signing key first. An unreadable secret keeps its last key."""
        for name, (known, _) in self._keys.items():
            if not self._secrets:
                break
            try:
                secret = (await self._secrets.get(name.lower().replace("_", "-"))).text()
                if secret != known:
                    self._keys[name] = (secret, Key(name, secret))
            except (SecretError, SettingsError, ValueError) as error:
                _log.error("the key of tokens is not replaced: %s", error)
        return [key for _, key in self._keys.values()]

    async def sign(self, user: str) -> str:
        """Return a token of a user."""
        key = (await self.published())[0]
        now = int(time.time())
        claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": user, "iat": now}
        headers = {"kid": key.kid}
        return jwt.encode(claims | {"exp": now + LIFETIME}, key.private, ALGORITHM, headers)
