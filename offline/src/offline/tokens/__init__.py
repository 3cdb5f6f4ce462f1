"""Tokens and keys of service accounts, in the form of Google's. Nobody can verify them: there is no
private key.

Both doors mint them here, so that a token from Terraform names its caller to the served APIs.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

_PREFIX = "ya29.c."
_ISSUER = "https://accounts.google.com"
_HOUR = 3600
"""Seconds that an identity token is valid."""


def access_token(email: str) -> str:
    """Return an OAuth 2.0 access token of a service account."""
    return _PREFIX + _encoded(email.encode())


def owner(token: str) -> str:
    """Return the e-mail address that an access token belongs to; another text is its own owner."""
    encoded = token.removeprefix(_PREFIX)
    if encoded == token:
        return token
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        return base64.urlsafe_b64decode(padded).decode()
    except ValueError:
        return token


def identity_token(
    email: str, number: str, audience: str, now: int, *, include_email: bool = False
) -> str:
    """Return an OpenID Connect identity token of a service account with its unique number.

    `now` is in seconds since 1970. Claims are those of the page "Types of tokens",
    https://cloud.google.com/docs/authentication/token-types#id.
    """
    claims: dict[str, Any] = {"aud": audience, "azp": number, "exp": now + _HOUR, "iat": now}
    if include_email:
        claims |= {"email": email, "email_verified": True}
    return signed(json.dumps({**claims, "iss": _ISSUER, "sub": number}), email)


def signed(payload: str, email: str) -> str:
    """Return a JSON Web Token with a payload, as a service account would sign it."""
    head = {"alg": "RS256", "kid": key_id(email), "typ": "JWT"}
    parts = [_encoded(text.encode()) for text in (json.dumps(head), payload)]
    return ".".join([*parts, _encoded(signature(".".join(parts).encode()))])


def signature(content: bytes) -> bytes:
    """Return 256 bytes, as many as a signature with RSA of 2,048 bits has."""
    return hashlib.shake_256(content).digest(256)


def key_id(email: str) -> str:
    """Return the ID of the key that Google signs with for an account: 40 hexadecimal digits."""
    return hashlib.sha256(email.encode()).hexdigest()[:40]


def public_key() -> str:
    """Return a public key in Base64: that of an X.509 certificate in PEM format."""
    certificate = Path(__file__).with_name("certificate.pem").read_bytes()
    return base64.b64encode(certificate).decode()


def credentials(project: str, email: str, key_id: str) -> str:
    """Return the credentials file of a key in Base64; its private key is none."""
    content = {
        "type": "service_account",
        "project_id": project,
        "private_key_id": key_id,
        "private_key": "offline: there is no private key",
        "client_email": email,
    }
    return base64.b64encode(json.dumps(content).encode()).decode()


def _encoded(content: bytes) -> str:
    """Return Base64 for URLs without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
