"""The caller of a request: the subject of a bearer token."""

from collections.abc import Sequence
from typing import Annotated, Any

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from grid_shared.service.keys import Keys

ISSUER, AUDIENCE, ALGORITHM = "grid-auth", "grid", "EdDSA"
"""Of the tokens of the service auth."""
LEEWAY = 30
"""Seconds by which the clock of the issuer may differ."""


class Tokens:
    """Verifier of the JSON Web Tokens of one issuer."""

    def __init__(
        self,
        keys: Keys,
        *,
        issuer: str = ISSUER,
        audience: str = AUDIENCE,
        algorithms: Sequence[str] = (ALGORITHM,),
    ) -> None:
        self._keys = keys
        self._options: dict[str, Any] = {
            "issuer": issuer,
            "audience": audience,
            "algorithms": list(algorithms),
            "leeway": LEEWAY,
            "options": {"require": ["exp", "iat", "sub", "iss", "aud"]},
        }

    async def claims(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a token; None if it is not valid.

        Raises:
            UnavailableError: the keys of the issuer cannot be read.
        """
        try:
            key = await self._keys.find(str(jwt.get_unverified_header(token).get("kid")))
            return jwt.decode(token, key, **self._options) if key else None
        except jwt.InvalidTokenError:
            return None


_bearer = HTTPBearer(bearerFormat="JWT", auto_error=False)


async def _caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    tokens: Tokens = request.state.tokens
    claims = await tokens.claims(credentials.credentials) if credentials else None
    if claims is None:
        # Why it is not valid would help who tries.
        headers = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(401, "A valid bearer token is required.", headers)
    return str(claims["sub"])


Caller = Annotated[str, Depends(_caller)]
"""Parameter of an operation that needs a token: its subject. Without a valid token: 401."""
