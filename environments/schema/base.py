"""What every section of an environment file shares."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import CoreSchema
from pydantic_core.core_schema import custom_error_schema


def _make_numbers_strict(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("type") in ("int", "float", "bool"):
            schema["strict"] = True
        for part in schema.values():
            _make_numbers_strict(part)
    elif isinstance(schema, list):
        for part in schema:
            _make_numbers_strict(part)


class Section(BaseModel):
    """A part of an environment file: immutable, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the section, in which a number in quotes is a string everywhere."""
        schema = handler(source)
        _make_numbers_strict(schema)
        return schema


@dataclass(frozen=True, slots=True)
class Expected:
    """Says in words what the annotated type takes, in place of Pydantic's own messages."""

    words: str
    """Completes "Expected: "."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the type's own schema with the message; Pydantic calls this."""
        return custom_error_schema(
            handler(source), custom_error_type="expected", custom_error_message=self.words
        )


def between(bounds: tuple[int, int]) -> Any:
    """Return the constraint of a number between two others, which are valid themselves."""
    low, high = bounds
    return Field(ge=low, le=high)


def member_of(known: Callable[[], Collection[str]]) -> Callable[[str], str]:
    """Return a validator that accepts the strings of a list, which is read when one is checked."""

    def check(value: str) -> str:
        if value not in known():
            raise ValueError("not in the list")
        return value

    return check


def _no_number(value: object) -> object:
    """Return the value itself; `ipaddress` would take a number for an address.

    Raises:
        ValueError: it is a number.
    """
    if isinstance(value, int):
        raise ValueError("a number")
    return value


Label = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=40),
    Expected(
        "at most 40 lower-case letters, digits and hyphens, with a letter first and no hyphen last"
    ),
]
"""A name that becomes part of resource names: lower-case letters, digits and hyphens."""

Region = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]+-[a-z]+[0-9]+$"),
    Expected("a Google Cloud region, such as us-central1"),
]
"""A Google Cloud region such as `us-central1`."""

Cidr = Annotated[
    IPv4Network,
    BeforeValidator(_no_number),
    Expected("an IPv4 range whose host bits are zero, such as 10.0.0.0/20"),
    PlainSerializer(str, when_used="json"),
]
"""An IPv4 range in CIDR notation whose host bits are zero."""

SourceRange = Annotated[
    IPv4Network | IPv6Network,
    BeforeValidator(_no_number),
    Expected("an IPv4 or IPv6 address or range, such as 203.0.113.0/24, whose host bits are zero"),
    PlainSerializer(str, when_used="json"),
]
"""The addresses that requests come from."""

Hour = Annotated[int, Field(ge=0, le=23)]
"""An hour of the day in UTC."""

EnvironmentVariable = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$"),
    Expected("an upper-case letter, then upper-case letters, digits and underscores"),
]
"""The name of an environment variable of a container."""
