"""Tokens of the users that tests ask for."""

import time
from typing import Any

import jwt

KEY = "a-key-of-the-tests-with-more-than-64-bytes-so-that-hs512-takes-it-too"


def token(subject: str, key: str = KEY, **claims: Any) -> str:
    """Return a token that is valid for an hour."""
    content = {"sub": subject, "exp": time.time() + 3600} | claims
    given = {name: value for name, value in content.items() if value is not None}
    return jwt.encode(given, key, algorithm="HS256")


def bearer(path: str) -> dict[str, str]:
    """Return the header of the user whose path this is."""
    return {"Authorization": f"Bearer {token(path.rpartition('/')[2])}"}
