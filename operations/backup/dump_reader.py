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
_NAME = rb'(?:"(?:[^"]|""){1,63}"|[^" .]{1,63})'
"""An identifier: at most 63 bytes (PostgreSQL, "Identifiers and Key Words",
https://www.postgresql.org/docs/current/sql-syntax-lexical.html)."""
_COPY = re.compile(rb"COPY (%(name)s(?:\.%(name)s)?) (?:\(.*\) )?FROM stdin;" % {b"name": _NAME})
_REVISION_TABLE = "alembic_version"
"""Table of Alembic's migration, in whatever schema `version_table_schema` names."""
_GZIP = zlib.MAX_WBITS | 16
_LONGEST_LINE = 256 << 10
"""Bytes of a line that are kept: the line before the rows of 1,600 columns fits."""
_COMPRESSED_PIECE, _TEXT_PIECE = 64 << 10, 1 << 20
"""Bytes that are decompressed at a time, and that come of it at a time."""
_MOST_TABLES, _MOST_REVISIONS, _LONGEST_REVISION = 100_000, 1000, 1000


@dataclass(frozen=True, kw_only=True)
class Dump:
    """What is in a dump."""

    tables: dict[str, int]
    """Rows by table, with its schema, as pg_dump writes them."""
    revision: str
    """The migration that the schema is at, with its schema if Alembic keeps several; empty where
    it keeps none."""
    size: int
    """Bytes, compressed."""
    crc32c: str
    """Of the compressed bytes, in base64 as Cloud Storage gives it."""
    sha256: str
    problems: tuple[str, ...]
    """Why it cannot be relied on; empty when it can."""


class Reader:
    """Takes a gzipped dump piece by piece; its memory has a limit, whatever is in the dump."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(_GZIP)
        self._crc32c, self._sha256, self._size = google_crc32c.Checksum(), hashlib.sha256(), 0
        self._rest, self._table, self._error = b"", "", ""
        self._tables: dict[str, int] = {}
        self._revisions: list[tuple[str, str]] = []
        self._complete = False

    def feed(self, data: bytes) -> None:
        """Take the next piece, as it is in the bucket."""
        self._crc32c.update(data)
        self._sha256.update(data)
        self._size += len(data)
        for at in range(0, len(data), _COMPRESSED_PIECE):
            self._unpack(data[at : at + _COMPRESSED_PIECE])

    def end(self) -> Dump:
        """Return what was read."""
        problems = [self._error] if self._error else []
        if not self._error and not self._unpacker.eof:
            problems.append("gzip: the file is cut off")
        if not self._complete:
            problems.append(f"it does not end with {TRAILER.decode()!r}")
        return Dump(
            tables=self._tables,
            revision=self._revision(),
            size=self._size,
            crc32c=base64.b64encode(self._crc32c.digest()).decode(),
            sha256=self._sha256.hexdigest(),
            problems=tuple(problems),
        )

    def _unpack(self, data: bytes) -> None:
        while data and not self._error:
            if self._unpacker.eof:  # another member of the same file
                self._unpacker = zlib.decompressobj(_GZIP)
            try:
                text = self._unpacker.decompress(data, _TEXT_PIECE)
                self._read(text)
                while len(text) == _TEXT_PIECE and not self._error:
                    text = self._unpacker.decompress(self._unpacker.unconsumed_tail, _TEXT_PIECE)
                    self._read(text)
            except zlib.error as error:
                self._error = f"gzip: {error}"
                return
            data = self._unpacker.unused_data

    def _read(self, text: bytes) -> None:
        *lines, rest = (self._rest + text).split(b"\n")
        self._rest = rest[:_LONGEST_LINE]
        for line in lines:
            self._line(line)

    def _line(self, line: bytes) -> None:
        """Inside of COPY every line is a row: what a row says counts for nothing else."""
        if self._table:
            if line == rb"\.":
                self._table = ""
            else:
                self._tables[self._table] += 1
                if self._table.rpartition(".")[2] == _REVISION_TABLE:
                    self._add_revision(line)
        elif copy := _COPY.fullmatch(line):
            self._table = copy[1].decode(errors="backslashreplace")
            self._tables.setdefault(self._table, 0)
            if len(self._tables) > _MOST_TABLES:
                self._error = f"it has more than {_MOST_TABLES} tables"
        elif line == TRAILER:
            self._complete = True

    def _add_revision(self, row: bytes) -> None:
        if len(self._revisions) == _MOST_REVISIONS:
            self._error = f"it has more than {_MOST_REVISIONS} rows of {_REVISION_TABLE}"
        else:
            revision = row[:_LONGEST_REVISION].decode(errors="backslashreplace")
            self._revisions.append((self._table, revision))

    def _revision(self) -> str:
        """Join the rows, which pg_dump writes in no certain order."""
        if len({table for table, _ in self._revisions}) < 2:
            return ", ".join(sorted(revision for _, revision in self._revisions))
        return ", ".join(sorted(f"{table} {revision}" for table, revision in self._revisions))
