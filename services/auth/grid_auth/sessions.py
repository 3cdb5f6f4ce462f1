"""Sessions of users in Redis. A refresh token names a session."""

import hmac
from hashlib import sha256
from secrets import token_urlsafe

from redis.asyncio import Redis

LIFETIME = 30 * 24 * 3600
"""Seconds after the last refresh until a user has to sign in again."""


class Sessions:
    """Refresh tokens for one use each: `<session>.<secret>`.

    Redis stores the user and a digest of the secret, so that a reader of Redis cannot refresh. A
    token that is used twice ends the session, because one of its users is a thief.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, user: str) -> str:
        """Begin a session of a user, and return its refresh token.

        Raises:
            redis.RedisError: Redis is unavailable.
        """
        return await self._store(token_urlsafe(16), user)

    async def refresh(self, token: str) -> tuple[str, str] | None:
        """Return the user of a refresh token and the next token; None if it is not valid.

        Raises:
            redis.RedisError: Redis is unavailable. The token may have been used.
        """
        session, _, secret = token.partition(".")
        kept = await self._redis.getdel(_key(session))
        if not isinstance(kept, bytes):
            return None
        user, _, digest = kept.decode().partition(" ")
        if not hmac.compare_digest(digest, _digest(secret)):
            return None
        return user, await self._store(session, user)

    async def end(self, token: str) -> None:
        """End the session of a refresh token, if it is one.

        Raises:
            redis.RedisError: Redis is unavailable.
        """
        await self._redis.delete(_key(token.partition(".")[0]))

    async def _store(self, session: str, user: str) -> str:
        secret = token_urlsafe(32)
        await self._redis.set(_key(session), f"{user} {_digest(secret)}", ex=LIFETIME)
        return f"{session}.{secret}"


def _key(session: str) -> str:
    return f"auth:session:{sha256(session.encode()).hexdigest()}"


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
