"""One generation of an object of Cloud Storage, its checksums, and the preconditions of a request.

Behaviour follows Google's pages "Request preconditions" and "Objects" of the JSON API.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import google_crc32c


def crc32c(data: bytes) -> str:
    """Return the CRC-32C (Castagnoli) in base64, big-endian, as Cloud Storage writes it."""
    return base64.b64encode(google_crc32c.Checksum(data).digest()).decode()


def md5(data: bytes) -> str:
    """Return the MD5 in base64, as Cloud Storage writes it."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


@dataclass(frozen=True)
class Version:
    """One generation of an object; `deleted` is when it stopped being live, empty until then."""

    name: str
    generation: int
    size: int
    crc32c: str
    md5: str
    content_type: str
    created: str
    metageneration: int = 1
    deleted: str = ""
    kms_key: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class StorageError(Exception):
    """An error of the API: HTTP status, `reason` and message as Google words them."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


@dataclass(frozen=True)
class Preconditions:
    """What must hold of the live object (0 and None: there is none) for a request to be done."""

    generation_match: int | None = None
    generation_not_match: int | None = None
    metageneration_match: int | None = None
    metageneration_not_match: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], headers: Mapping[str, str]) -> Preconditions:
        """Read them from the JSON API's parameters, or the XML API's headers.

        Raises:
            StorageError: a value is not a number (400).
        """
        held = {name.lower(): value for name, value in headers.items()}

        def number(name: str, header: str) -> int | None:
            text = query.get(name, held.get(header))
            if text is None:
                return None
            try:
                return int(text)
            except ValueError:
                raise StorageError(400, "invalid", f"Invalid value for {name}: {text}") from None

        return cls(
            number("ifGenerationMatch", "x-goog-if-generation-match"),
            number("ifGenerationNotMatch", "x-goog-if-generation-not-match"),
            number("ifMetagenerationMatch", "x-goog-if-metageneration-match"),
            number("ifMetagenerationNotMatch", "x-goog-if-metageneration-not-match"),
        )

    def check(self, live: Version | None, *, reading: bool = False) -> None:
        """Compare with the live object.

        Raises:
            StorageError: 412, or 304 for a read that asked for something else than it has.
        """
        generation = live.generation if live else 0
        metageneration = live.metageneration if live else 0
        if self.generation_match not in (None, generation) or self.metageneration_match not in (
            None,
            metageneration,
        ):
            raise StorageError(
                412,
                "conditionNotMet",
                "At least one of the pre-conditions you specified did not hold.",
            )
        if (
            self.generation_not_match == generation
            or self.metageneration_not_match == metageneration
        ):
            raise StorageError(304 if reading else 412, "conditionNotMet", "Precondition Failed")
