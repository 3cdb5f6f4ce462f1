"""Who sends a request: the subject of a bearer token."""

from collections.abc import Sequence

import jwt
from starlette.authentication import AuthenticationError
from starlette.requests import Request

LEEWAY = 30
"""Seconds by which the clock of the issuer may differ."""


class Tokens:
    """Verifier of JSON Web Tokens that are signed with a shared key (HS256).

    During a rotation tokens of two keys are valid: the new one signs, and tokens of the older one
    live until they expire.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Without a key no token is valid."""
        self._keys = keys

    def subject(self, request: Request) -> str:
        """Return the subject of the token in the header `Authorization`.

        Raises:
            AuthenticationError: there is no token, or it is not valid. The message does not say
                why, which would help whoever tries.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            for key in self._keys:
                try:
                    claims = jwt.decode(
                        token.strip(),
                        key,
                        algorithms=["HS256"],
                        leeway=LEEWAY,
                        options={"require": ["exp", "sub"], "verify_aud": False},
                    )
                except jwt.InvalidTokenError:
                    continue
                return str(claims["sub"])
        raise AuthenticationError("a valid bearer token is required")
