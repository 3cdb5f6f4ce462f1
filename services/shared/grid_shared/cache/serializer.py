"""Serializers of values."""

import json
from typing import Any, Generic, Protocol, TypeVar

Value = TypeVar("Value")


class Serializer(Protocol[Value]):
    """Both directions; a value that was decoded must encode to the same bytes."""

    def dumps(self, value: Value) -> bytes:
        """Return the bytes of a value; any error goes to the caller."""

    def loads(self, data: bytes) -> Value:
        """Return the value of bytes; any ValueError means that the entry is dropped and fetched."""


class Json:
    """JSON. A value that it cannot represent (a set, a datetime) is an error: no `default=`."""

    def dumps(self, value: Any) -> bytes:
        """Return UTF-8 without spaces. NaN is a ValueError, because JSON has no NaN."""
        return json.dumps(
            value, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()

    def loads(self, data: bytes) -> Any:
        """Return the value."""
        return json.loads(data)


class Typed(Generic[Value]):
    """JSON of a type that pydantic knows: a model, a dataclass, `dict[UUID, Decimal]`, datetime.

    An entry of another shape is dropped and fetched, so that a new field needs no new version.
    Needs the package pydantic.
    """

    def __init__(self, type_: type[Value]) -> None:
        """None is a value, too."""
        from pydantic import TypeAdapter  # noqa: PLC0415 - services without it need not have it

        optional: Any = type_ | None
        self._adapter: TypeAdapter[Value | None] = TypeAdapter(optional)

    def dumps(self, value: Value | None) -> bytes:
        """Return the JSON of a value.

        Raises:
            ValueError: the value is not of the type.
        """
        return self._adapter.dump_json(value, warnings="error")

    def loads(self, data: bytes) -> Value | None:
        """Return the value.

        Raises:
            ValueError: the JSON is not of the type.
        """
        return self._adapter.validate_json(data)
