"""Reads a dump that Cloud SQL exported: is it whole, and how many rows has each table?"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass

import google_crc32c

TRAILER = b"-- PostgreSQL database dump complete"
"""What pg_dump writes when it came to its end, and only then."""
_COPY = re.compile(rb"COPY (.+?) (?:\(.*\) )?FROM stdin;")
_REVISION = "public.alembic_version"
_GZIP = zlib.MAX_WBITS | 16


@dataclass(frozen=True, kw_only=True)
class Dump:
    """What is in a dump."""

    tables: dict[str, int]
    """Rows by table, with its schema, as pg_dump writes them."""
    revision: str
    """The migration that the schema is at; empty where Alembic keeps none."""
    size: int
    """Bytes, compressed."""
    crc32c: str
    """Of the compressed bytes, in base64 as Cloud Storage gives it."""
    sha256: str
    problems: tuple[str, ...]
    """Why it cannot be relied on; empty when it can."""


class Reader:
    """Takes a gzipped dump piece by piece, and holds no more of it than a line."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(_GZIP)
        self._crc32c, self._sha256, self._size = google_crc32c.Checksum(), hashlib.sha256(), 0
        self._rest, self._table, self._gzip_error = b"", "", ""
        self._tables: dict[str, int] = {}
        self._revision, self._complete = "", False

    def feed(self, data: bytes) -> None:
        """Take the next piece, as it is in the bucket."""
        self._crc32c.update(data)
        self._sha256.update(data)
        self._size += len(data)
        while data and not self._gzip_error:
            if self._unpacker.eof:  # another member of the same file
                self._unpacker = zlib.decompressobj(_GZIP)
            try:
                text = self._unpacker.decompress(data)
            except zlib.error as error:
                self._gzip_error = f"gzip: {error}"
                return
            data = self._unpacker.unused_data
            *lines, self._rest = (self._rest + text).split(b"\n")
            for line in lines:
                self._line(line)

    def end(self) -> Dump:
        """Return what was read."""
        problems = [self._gzip_error] if self._gzip_error else []
        if not self._gzip_error and not self._unpacker.eof:
            problems.append("gzip: the file is cut off")
        if not self._complete:
            problems.append(f"it does not end with {TRAILER.decode()!r}")
        return Dump(
            tables=self._tables,
            revision=self._revision,
            size=self._size,
            crc32c=base64.b64encode(self._crc32c.digest()).decode(),
            sha256=self._sha256.hexdigest(),
            problems=tuple(problems),
        )

    def _line(self, line: bytes) -> None:
        """Inside of COPY every line is a row: what a row says counts for nothing else."""
        if self._table:
            if line == rb"\.":
                self._table = ""
            else:
                self._tables[self._table] += 1
                if self._table == _REVISION:
                    self._revision = line.decode()
        elif copy := _COPY.fullmatch(line):
            self._table = copy[1].decode()
            self._tables[self._table] = 0
        elif line == TRAILER:
            self._complete = True
