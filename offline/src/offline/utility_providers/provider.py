"""HashiCorp's utility providers: null, time, local, archive, tls, and external.

Their resources are in the state and on this machine's disk; nothing of them is in the cloud. Plans
are those of the plugin framework: an attribute has the value of the configuration, and a computed
one keeps its value until the resource is replaced. Source: the providers' code, named in each file
of `schemas/`, and terraform-plugin-framework-validators for the words of errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offline.engine.base import Engine
from offline.protocol.contract import Finding, FunctionError, ProviderError, Settings, Value
from offline.protocol.values import UNKNOWN, conform
from offline.provider_facts import AttributeFacts, TypeFacts
from offline.provider_facts.checks import find_error
from offline.schema.blocks import Function, Schemas
from offline.utility_providers.schema import Type, declaration

_GROUP = "Invalid Attribute Combination"


def _keep(state: Value, _folder: Path) -> Value | None:
    return state


def _forget(_state: Value, _folder: Path) -> None: ...


def _unplanned(_prior: Value, _planned: Value, _config: Value) -> None: ...


@dataclass(frozen=True)
class Resource:
    """What a type does; `folder` is where Terraform runs.

    `create` returns the computed values, `read` the state of now or None. `plan` changes a planned
    value of an existing resource. `import_` reads an import ID.
    """

    create: Callable[[Value, Path], Value]
    read: Callable[[Value, Path], Value | None] = _keep
    delete: Callable[[Value, Path], None] = _forget
    plan: Callable[[Value, Value, Value], None] = _unplanned
    import_: Callable[[str], Value] | None = None


@dataclass(frozen=True)
class Behavior:
    """What the types of a provider do, and its functions. `checks` are validators by name."""

    resources: Mapping[str, Resource] = field(default_factory=dict)
    data_sources: Mapping[str, Callable[[Value, Path], Value]] = field(default_factory=dict)
    ephemerals: Mapping[str, Callable[[Value], Value]] = field(default_factory=dict)
    functions: Mapping[str, tuple[Function, Callable[[Any, Path], Any]]] = field(
        default_factory=dict
    )
    checks: Mapping[str, Callable[[str, str], Finding | None]] = field(default_factory=dict)


class Utility(Engine):
    """One provider; `folder` returns where Terraform runs, from which paths are relative."""

    def __init__(self, name: str, behavior: Behavior, folder: Callable[[], Path]) -> None:
        self._name, self._behavior, self._folder = name, behavior, folder
        self._declared = declared = declaration(name)
        super().__init__(
            Schemas(
                declared.provider,
                {name: one.block for name, one in declared.resources.items()},
                {name: one.block for name, one in declared.data_sources.items()},
                {name: one.block for name, one in declared.ephemerals.items()},
                {name: one.version for name, one in declared.resources.items()},
                {name: function for name, (function, _) in behavior.functions.items()},
            )
        )

    def facts(self, type_: str) -> TypeFacts:
        """Return what planning knows of a type."""
        return self._declared.resources[type_].facts

    def validate(self, type_: str, config: Value) -> list[Finding]:
        """Check the configuration of a resource."""
        return super().validate(type_, config) + self._check(
            self._declared.resources[type_], config
        )

    def validate_ephemeral(self, type_: str, config: Value) -> list[Finding]:
        """Check the configuration of an ephemeral resource."""
        return self._check(self._declared.ephemerals[type_], config)

    def refine(
        self, type_: str, prior: Value | None, planned: Value, config: Value, _settings: Settings
    ) -> None:
        """Plan what the configuration says as it is, empty collections too."""
        for name, attribute in self.schemas.resources[type_].attributes.items():
            if attribute.settable and config.get(name) is not None:
                planned[name] = config[name]
        if prior is not None:
            self._behavior.resources[type_].plan(prior, planned, config)

    def create(self, type_: str, planned: Value, _config: Value, _settings: Settings) -> Value:
        """Create a resource."""
        known = {k: None if v is UNKNOWN else v for k, v in planned.items()}
        computed = self._behavior.resources[type_].create(known, self._folder())
        return conform(self.schemas.resources[type_], {**known, **computed})

    def update(
        self, type_: str, _prior: Value, planned: Value, _config: Value, _settings: Settings
    ) -> Value:
        """Return what was planned: nothing else changes in place."""
        return conform(self.schemas.resources[type_], planned)

    def delete(self, type_: str, prior: Value, _settings: Settings) -> None:
        """Delete a resource."""
        self._behavior.resources[type_].delete(prior, self._folder())

    def read(self, type_: str, state: Value, _settings: Settings) -> Value | None:
        """Return the state as it is now."""
        return self._behavior.resources[type_].read(state, self._folder())

    def import_(self, type_: str, id_: str, _settings: Settings) -> Value:
        """Read an import ID.

        Raises:
            ProviderError: the type cannot be imported, or the ID has another form.
        """
        import_ = self._behavior.resources[type_].import_
        if import_ is None:
            raise ProviderError(
                "Resource Import Not Implemented",
                "This resource does not support import. Please contact the provider developer for "
                "additional information.",
            )
        return conform(self.schemas.resources[type_], import_(id_))

    def data(self, type_: str, config: Value, _settings: Settings) -> Value:
        """Read a data source.

        Raises:
            ProviderError: the configuration is invalid, or it cannot be read.
        """
        for finding in self._check(self._declared.data_sources[type_], config):
            raise ProviderError(finding.summary, finding.detail, finding.path)
        return {**config, **self._behavior.data_sources[type_](config, self._folder())}

    def open(self, type_: str, config: Value, _settings: Settings) -> Value:
        """Open an ephemeral resource."""
        facts = self._declared.ephemerals[type_].facts
        given = {
            name: facts.of(name).default if value is None and facts.of(name).has_default else value
            for name, value in config.items()
        }
        return {**given, **self._behavior.ephemerals[type_](given)}

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """Return the result of a function.

        Raises:
            FunctionError: it rejects its argument.
        """
        try:
            return self._behavior.functions[name][1](arguments[0], self._folder())
        except ValueError as error:
            raise FunctionError(str(error), 0) from error

    def _check(self, type_: Type, config: Value) -> list[Finding]:
        return [
            *_groups(type_, config),
            *(
                finding
                for name, fact in type_.facts.attributes.items()
                if isinstance(value := config.get(name), str | int | float)
                and (finding := self._wrong(name, fact, value))
            ),
        ]

    def _wrong(self, name: str, fact: AttributeFacts, value: str | float) -> Finding | None:
        if fact.check is not None:
            return self._behavior.checks[fact.check](name, str(value))
        if fact.enum and value not in fact.enum:
            listed = " ".join(f'"{item}"' for item in fact.enum)
            detail = f'Attribute {name} value must be one of: [{listed}], got: "{value}"'
            return Finding("Invalid Attribute Value Match", detail, (name,))
        words = find_error(name, fact, value)
        return Finding("Invalid Attribute Value", words, (name,)) if words else None


def _groups(type_: Type, config: Value) -> Iterator[Finding]:
    """Yield what `at_least_one_of` and `exactly_one_of` reject; unknown values may be given."""
    for group, is_single in ((type_.at_least_one_of, False), (type_.exactly_one_of, True)):
        names = f"[{','.join(group)}]"
        given = [name for name in group if config.get(name) not in (None, [])]
        count = sum(config[name] is not UNKNOWN for name in given)
        if group and not given and is_single:
            text = f"No attribute specified when one (and only one) of {names} is required"
            yield Finding(_GROUP, text, (group[0],))
        elif group and not given:
            text = f"At least one of these attributes must be configured: {names}"
            yield Finding("Missing Attribute Configuration", text)
        elif is_single and count > 1:
            text = f"{count} attributes specified when one (and only one) of {names} is required"
            yield Finding(_GROUP, text, (given[0],))
