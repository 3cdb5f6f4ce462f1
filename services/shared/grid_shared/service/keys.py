"""Public keys of an issuer of tokens, read from its JSON Web Key Set (RFC 7517)."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Protocol
from urllib.request import urlopen

import jwt

from grid_shared.service.problems import UnavailableError

_log = logging.getLogger(__name__)


class Keys(Protocol):
    """Keys that tokens may be signed with."""

    async def find(self, kid: str) -> jwt.PyJWK | None:
        """Return the key with this ID; None if there is none."""


class NoKeys:
    """No key: no token is valid."""

    async def find(self, _: str) -> None:
        """Return None."""


class RemoteKeys:
    """Keys at an address. A token with an unknown key causes another read, so that a rotation of
    the issuer needs no restart. Older keys are valid while the issuer publishes them.
    """

    MAX_AGE = 300.0
    """Seconds after which they are read again."""
    STALE = 3600.0
    """Seconds for which they are used while the issuer is unavailable."""
    PAUSE = 5.0
    """Minimum seconds between two reads, whatever keys clients name."""
    TIMEOUT = 3.0
    """Seconds of a read."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Read nothing yet."""
        self._url = url
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at = self._tried_at = float("-inf")
        self._reading = asyncio.Lock()

    async def find(self, kid: str) -> jwt.PyJWK | None:
        """Return the key with this ID; None if the issuer has none.

        Raises:
            UnavailableError: the issuer is unavailable, and its keys are not known or too old.
        """
        if not self._is_known(kid):
            async with self._reading:
                if not self._is_known(kid) and self._clock() >= self._tried_at + self.PAUSE:
                    await self._read()
        if self._clock() >= self._read_at + self.STALE:
            raise UnavailableError(f"{self._url}: the keys of tokens cannot be read")
        return self._keys.get(kid)

    def _is_known(self, kid: str) -> bool:
        return kid in self._keys and self._clock() < self._read_at + self.MAX_AGE

    async def _read(self) -> None:
        self._tried_at = self._clock()
        try:
            keys = jwt.PyJWKSet.from_dict(json.loads(await asyncio.to_thread(self._load))).keys
        except (OSError, ValueError, jwt.PyJWTError) as error:
            _log.warning("%s: the keys of tokens cannot be read: %s", self._url, error)
            return
        self._keys = {key.key_id: key for key in keys if key.key_id}
        self._read_at = self._clock()

    def _load(self) -> bytes:
        with urlopen(self._url, timeout=self.TIMEOUT) as answer:  # noqa: S310 - from the environment
            content: bytes = answer.read(1 << 20)
            return content
