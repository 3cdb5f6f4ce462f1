"""Header fields of HTTP/2 requests, read from their compressed form (HPACK).

Source: https://www.rfc-editor.org/rfc/rfc7541, whose appendices have the static table and the code
of Huffman. The package hpack does the same and takes longer to load.
"""

from __future__ import annotations

from functools import cache

_PSEUDO = (
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    *((":status", code) for code in ("200", "204", "206", "304", "400", "404", "500")),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
)
_NAMES = """\
accept-language accept-ranges accept access-control-allow-origin age allow authorization
cache-control content-disposition content-encoding content-language content-length content-location
content-range content-type cookie date etag expect expires from host if-match if-modified-since
if-none-match if-range if-unmodified-since last-modified link location max-forwards
proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie
strict-transport-security transfer-encoding user-agent vary via www-authenticate"""
_STATIC = (*_PSEUDO, *((name, "") for name in _NAMES.split()))

_CODES = {
    5: "012aceiost",
    6: " %-./3456789=A_bdfghlmnpru",
    7: ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz",
    8: "&*,;XZ",
    10: '!"()?',
    11: "'+|",
    12: "#>",
    13: "\0$@[]~",
    14: "^}",
    15: "<`{",
    19: "\\",
}
"""Characters by the length of their code in bits; longer codes are those of no ASCII text."""
_TABLE_BYTES, _ENTRY_BYTES = 4096, 32


class HeaderError(Exception):
    """A block of header fields that cannot be read."""


class Decoder:
    """The state of one connection: fields that the client refers to by their index."""

    def __init__(self) -> None:
        self._table: list[tuple[str, str]] = []
        self._limit = _TABLE_BYTES

    def decode(self, data: bytes) -> dict[str, str]:
        """Return the fields of a block.

        Raises:
            HeaderError: an index or a text that this reader does not know.
        """
        fields, at = {}, 0
        while at < len(data):
            first = data[at]
            if first & 0x80:
                index, at = _integer(data, at, 7)
                name, value = self._entry(index)
            elif first & 0xE0 == 0x20:
                self._limit, at = _integer(data, at, 5)
                self._evict()
                continue
            else:
                index, at = _integer(data, at, 6 if first & 0x40 else 4)
                if index:
                    name = self._entry(index)[0]
                else:
                    name, at = _text(data, at)
                value, at = _text(data, at)
                if first & 0x40:
                    self._table.insert(0, (name, value))
                    self._evict()
            fields[name] = value
        return fields

    def _entry(self, index: int) -> tuple[str, str]:
        if 0 < index <= len(_STATIC):
            return _STATIC[index - 1]
        if 0 <= (own := index - len(_STATIC) - 1) < len(self._table):
            return self._table[own]
        raise HeaderError(f"no field has the index {index}")

    def _evict(self) -> None:
        size = sum(len(name) + len(value) + _ENTRY_BYTES for name, value in self._table)
        while size > self._limit:
            name, value = self._table.pop()
            size -= len(name) + len(value) + _ENTRY_BYTES


def _integer(data: bytes, at: int, bits: int) -> tuple[int, int]:
    """Return the number in the last bits of a byte and in those after it, and where it ends."""
    limit = (1 << bits) - 1
    number, at, shift = data[at] & limit, at + 1, 0
    if number == limit:
        while True:
            byte = data[at]
            number += (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                break
    return number, at


def _text(data: bytes, at: int) -> tuple[str, int]:
    is_coded = data[at] & 0x80
    size, at = _integer(data, at, 7)
    part, end = data[at : at + size], at + size
    return (_decoded(part) if is_coded else part.decode("latin-1")), end


@cache
def _codes() -> dict[tuple[int, int], str]:
    """Return characters by the length and the number of their code, which is canonical."""
    codes, code, before = {}, 0, 0
    for bits, characters in _CODES.items():
        code <<= bits - before
        for character in characters:
            codes[bits, code] = character
            code += 1
        before = bits
    return codes


def _decoded(data: bytes) -> str:
    codes, result, code, bits = _codes(), [], 0, 0
    for byte in data:
        for shift in range(7, -1, -1):
            code, bits = code << 1 | byte >> shift & 1, bits + 1
            if character := codes.get((bits, code)):
                result.append(character)
                code = bits = 0
    if bits > 7:
        raise HeaderError("a text has a character that is not ASCII")
    return "".join(result)
