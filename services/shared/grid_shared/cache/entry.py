"""A cached value in its stored form: bytes with their times."""

import hashlib
import math
import random
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

_HEADER = struct.Struct(">4sIff")
_MAGIC, _TAGGED = b"GRC1", b"GRC2"
"""Without and with a stamp, which other releases read, too: an entry without tags has none."""
_STAMP = 8
"""Bytes of a stamp."""


class CorruptEntryError(Exception):
    """Bytes in Redis that are not an entry of ours."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An encoded value. It is decoded for every caller, so that callers share no object."""

    payload: bytes
    """The encoded value."""
    cost: float
    """Seconds that the fetch took."""
    stale: float
    """Seconds between the end of its freshness and its end in Redis."""
    expires: float
    """Time at which Redis drops it, in the process's clock."""
    local_until: float = -math.inf
    """Time until which it is returned without a request to Redis, in the process's clock."""
    tags: tuple[str, ...] = ()
    """Tags to invalidate it by."""
    stamp: bytes = b""
    """The state of its tags before it was fetched."""

    @property
    def fresh_until(self) -> float:
        """End of its freshness in the process's clock. It is used later only if a fetch fails."""
        return self.expires - self.stale

    def local(self, until: float) -> Self:
        """Return a copy that is served without asking Redis until then, while Redis has it."""
        return replace(self, local_until=min(until, self.expires))

    def lead(self, eagerness: float, rng: random.Random) -> float:
        """Draw how many seconds before the end of its freshness a value is fetched again.

        Source: "Optimal Probabilistic Cache Stampede Prevention", the XFetch algorithm.
        """
        return self.cost * eagerness * -math.log(1 - rng.random())

    def pack(self) -> bytes:
        """Return the bytes that Redis stores. Redis itself knows how long it keeps them."""
        body = struct.pack(">ff", self.cost, self.stale) + self.stamp + self.payload
        return (_TAGGED if self.stamp else _MAGIC) + struct.pack(">I", zlib.crc32(body)) + body

    @classmethod
    def unpack(cls, data: bytes, expires: float) -> Self:
        """Read what Redis keeps until `expires`.

        Raises:
            CorruptEntryError: it is cut off, damaged or something else.
        """
        if len(data) < _HEADER.size:
            raise CorruptEntryError
        magic, checksum, cost, stale = _HEADER.unpack_from(data)
        if magic not in (_MAGIC, _TAGGED) or zlib.crc32(data[8:]) != checksum:
            raise CorruptEntryError
        start = _HEADER.size + (_STAMP if magic == _TAGGED else 0)
        return cls(data[start:], cost, stale, expires, stamp=data[_HEADER.size : start])

    @staticmethod
    def stamp_of(tokens: Sequence[bytes | None]) -> bytes | None:
        """Return the stamp of tags whose tokens are these; None if one was invalidated."""
        if None in tokens:
            return None
        return hashlib.blake2b(b"".join(filter(None, tokens)), digest_size=_STAMP).digest()
