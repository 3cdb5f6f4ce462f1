"""A synthesized stack: its resources, their values and references, from `cdk.tf.json` alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_REFERENCE = re.compile(r"(?<![\w.])(?:data\.)?([a-z][a-z0-9]*_[a-z0-9_]*\.[A-Za-z_][\w-]*)")
_EXPRESSION = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True)
class Block:
    """A resource as it is configured."""

    type: str
    name: str
    arguments: Mapping[str, Any]

    @property
    def address(self) -> str:
        """The resource's Terraform address."""
        return f"{self.type}.{self.name}"

    @property
    def region(self) -> str | None:
        """Its region or location, as it is configured."""
        return self.text("region") or self.text("location") or None

    def values(self, path: str) -> list[Any]:
        """Return every value at a dotted path; blocks of any list on the way are walked."""
        values: list[Any] = [self.arguments]
        for key in path.split("."):
            values = [
                item[key]
                for item in _flat(values)
                if isinstance(item, Mapping) and item.get(key) is not None
            ]
        return [
            item for value in values for item in (value if isinstance(value, list) else [value])
        ]

    def text(self, path: str) -> str:
        """Return the values at a path as text, separated by commas; empty without any."""
        return ", ".join(as_text(value) for value in self.values(path))

    @cached_property
    def references(self) -> frozenset[str]:
        """Addresses in its expressions and in `depends_on`."""
        return frozenset(
            address
            for text in _strings({k: v for k, v in self.arguments.items() if k != "//"})
            for address in _REFERENCE.findall(text)
        )

    def refers_to(self, prefix: str) -> bool:
        """Report whether an expression names a resource whose address begins so."""
        return any(address.startswith(prefix) for address in self.references)


class Stack:
    """All resources of a stack's `cdk.tf.json`."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self.blocks = tuple(
            Block(type_, name, arguments)
            for type_, named in (self._content.get("resource") or {}).items()
            for name, arguments in named.items()
        )

    def of(self, *types: str) -> list[Block]:
        """Return the resources of these types, in the order of the file."""
        return [block for block in self.blocks if block.type in types]

    def find(self, address: str) -> Block | None:
        """Return a resource by its address."""
        return next((block for block in self.blocks if block.address == address), None)

    def output(self, name: str) -> Any:
        """Return the configured value of an output, or None."""
        return ((self._content.get("output") or {}).get(name) or {}).get("value")


def _flat(values: list[Any]) -> list[Any]:
    return [i for value in values for i in (value if isinstance(value, list) else [value])]


def as_text(value: Any) -> str:
    """Return a configured value as a reader expects it: yes, no, or the name of a reference."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _EXPRESSION.sub(lambda match: match[1], value)
    return value if isinstance(value, str) else json.dumps(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
