"""How values become bytes."""

import json
from typing import Any, Protocol


class Serializer(Protocol):
    """Both directions; a value that was decoded must encode to the same bytes."""

    def dumps(self, value: Any) -> bytes:
        """Return the bytes of a value; any error goes to the caller."""

    def loads(self, data: bytes) -> Any:
        """Return the value of bytes; any ValueError means that the entry is dropped and fetched."""


class Json:
    """JSON. What it cannot keep (a set, a datetime) is an error, never a guess: no `default=`."""

    def dumps(self, value: Any) -> bytes:
        """UTF-8, without spaces. NaN is refused: it is no JSON."""
        return json.dumps(
            value, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()

    def loads(self, data: bytes) -> Any:
        """Return the value."""
        return json.loads(data)
