"""What a provider has to be able to do, in Python's terms; server.py speaks the protocol for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from offline.protocol.values import Path
from offline.schema.blocks import Schemas

Value = dict[str, Any]
"""A block's value, see values.py."""

Settings = Mapping[str, Any]
"""The provider's configuration as one alias set it."""


@dataclass(frozen=True)
class Finding:
    """An error or a warning for the user. `path` is empty for the whole resource."""

    summary: str
    detail: str = ""
    path: Path = ()
    warning: bool = False


class ProviderError(Exception):
    """The provider rejects; `finding` says why."""

    def __init__(self, summary: str, detail: str = "", path: Path = ()) -> None:
        super().__init__(summary)
        self.finding = Finding(summary, detail, path)


class FunctionError(Exception):
    """A function rejects its argument at an index; `text` is what Terraform adds to its own."""

    def __init__(self, text: str, argument: int) -> None:
        super().__init__(text)
        self.text, self.argument = text, argument


@dataclass(frozen=True)
class Plan:
    """A planned state, and the paths whose change replaces the resource."""

    state: Value
    replace: Sequence[Path] = field(default_factory=tuple)


class Provider(Protocol):
    """One provider; every call may come from another thread. Refusals are raised as
    ProviderError.
    """

    schemas: Schemas

    def validate_provider(self, config: Value) -> list[Finding]:
        """Check the provider's own configuration; values may be UNKNOWN."""

    def configure(self, config: Value) -> Settings:
        """Return the settings that a configuration gives."""

    def validate(self, type_: str, config: Value) -> list[Finding]:
        """Check a resource's configuration; values may be UNKNOWN."""

    def plan(
        self, type_: str, prior: Value | None, proposed: Value, config: Value, settings: Settings
    ) -> Plan:
        """Plan a creation (prior is None) or an update."""

    def create(self, type_: str, planned: Value, config: Value, settings: Settings) -> Value:
        """Create a resource; return its whole state."""

    def update(
        self, type_: str, prior: Value, planned: Value, config: Value, settings: Settings
    ) -> Value:
        """Update a resource in place; return its whole state."""

    def delete(self, type_: str, prior: Value, settings: Settings) -> None:
        """Delete a resource; one that is gone already is fine."""

    def read(self, type_: str, state: Value, settings: Settings) -> Value | None:
        """Return the state as it is now, None when the resource is gone."""

    def import_(self, type_: str, id_: str, settings: Settings) -> Value:
        """Find an existing resource by one of its import ids."""

    def data(self, type_: str, config: Value, settings: Settings) -> Value:
        """Read a data source."""

    def validate_ephemeral(self, type_: str, config: Value) -> list[Finding]:
        """Check the configuration of an ephemeral resource; values may be UNKNOWN."""

    def open(self, type_: str, config: Value, settings: Settings) -> Value:
        """Open an ephemeral resource. Its values are for Terraform's memory alone."""

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """Return the result of a function. A refusal is raised as FunctionError."""
