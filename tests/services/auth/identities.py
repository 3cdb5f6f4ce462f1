"""ID tokens as the OpenID provider of the tests issues them."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.services.kit.tokens import Key

PROVIDER = Key("provider", generate_private_key(65537, 2048), "RS256")
CLIENT_ID = "client.example.com"
ISSUER = "https://provider.example.com"
ADA = "00000000-0000-4000-8000-000000000001"


def id_token(email: str | None = "ada@example.com", **claims: Any) -> str:
    """Return the ID token of a person."""
    content = {"iss": ISSUER, "aud": CLIENT_ID, "email": email, "email_verified": True}
    return PROVIDER.token("1234", **(content | claims))
