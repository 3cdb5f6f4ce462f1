"""What every provider does alike: check a configuration and plan a change, from the schema and the
facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from offline.engine.planning import Planner, unchanged
from offline.engine.recorded import with_recorded
from offline.protocol.contract import Finding, Plan, Settings, Value
from offline.protocol.values import UNKNOWN, Path
from offline.provider_facts import TypeFacts, facts, validate
from offline.schema.blocks import Block, Schemas


class Engine:
    """Validation and planning for the types in `schemas`; providers add what is theirs.

    `computed` are the nested blocks of a type that the API fills in when they are absent.
    """

    def __init__(
        self, schemas: Schemas, computed: Callable[[str], Iterable[str]] = lambda _: ()
    ) -> None:
        self.schemas = schemas._replace(
            resources={
                name: with_recorded("resource", name, block, computed(name))
                for name, block in schemas.resources.items()
            },
            data_sources={
                name: with_recorded("data", name, block)
                for name, block in schemas.data_sources.items()
            },
        )

    def validate_provider(self, _config: Value) -> list[Finding]:
        """Return what the provider would reject in its own configuration."""
        return []

    def configure(self, config: Value) -> Settings:
        """Return what the configuration sets and is known."""
        return {k: v for k, v in config.items() if v is not None and v is not UNKNOWN and v != []}

    def validate(self, type_: str, config: Value) -> list[Finding]:
        """Return what the provider would reject, and what it warns of."""
        block = self.schemas.resources[type_]
        items = list(_unconfigurable(block, config, ()))
        if not facts(type_).known:
            items += _enums(block, config, ())
        items += [
            Finding(problem.summary, problem.detail, problem.path)
            for problem in validate(type_, config)
        ]
        return items + list(_deprecated(type_, config))

    def validate_ephemeral(self, _type: str, _config: Value) -> list[Finding]:
        """Return what the provider would reject in an ephemeral resource."""
        return []

    def call(self, name: str, _arguments: Sequence[Any]) -> Any:
        """Reject: a provider without functions declares none, so that Terraform calls none.

        Raises:
            KeyError: always.
        """
        raise KeyError(name)

    def plan(
        self, type_: str, prior: Value | None, proposed: Value, config: Value, settings: Settings
    ) -> Plan:
        """Plan a creation or an update; a replacement is an update with paths that force it."""
        block = self.schemas.resources[type_]
        planner = Planner(block, self.facts(type_), self.identity(type_))
        planned = planner.plan(prior, proposed, config)
        self.refine(type_, prior, planned, config, settings)
        if prior is None:
            return Plan(planned)
        if unchanged(block, prior, planned):
            return Plan(prior)
        return Plan(planned, planner.replacements(prior, planned))

    def facts(self, type_: str) -> TypeFacts:
        """Return what planning knows of a type."""
        return facts(type_)

    def identity(self, _type: str) -> frozenset[str]:
        """Return attributes that name a resource of a type without facts."""
        return frozenset()

    def refine(
        self, type_: str, prior: Value | None, planned: Value, config: Value, settings: Settings
    ) -> None:
        """Change a planned value as the provider's CustomizeDiff functions do."""


def _unconfigurable(block: Block, config: Value, path: Path) -> Iterator[Finding]:
    for name, attribute in block.attributes.items():
        if config.get(name) is not None and not attribute.settable:
            yield Finding(
                "Value for unconfigurable attribute",
                f'Can\'t configure a value for "{name}": its value will be decided automatically '
                "based on the result of applying this configuration.",
                (*path, name),
            )
    for name, index, inner, nested in _inner(block, config):
        yield from _unconfigurable(inner, nested, (*path, name, *index))


def _enums(block: Block, config: Value, path: Path) -> Iterator[Finding]:
    """Check values that the API's description lists, for types without facts."""
    for name, attribute in block.attributes.items():
        value = config.get(name)
        if attribute.enum and isinstance(value, str) and value and value not in attribute.enum:
            listed = " ".join(f'"{item}"' for item in attribute.enum)
            yield Finding(
                f"expected {name} to be one of [{listed}], got {value}", path=(*path, name)
            )
    for name, index, inner, nested in _inner(block, config):
        yield from _enums(inner, nested, (*path, name, *index))


def _inner(block: Block, config: Value) -> Iterator[tuple[str, Path, Block, Value]]:
    """Yield the blocks of a configuration; a set's elements have no index in a path."""
    for name, nested in block.blocks.items():
        value: Any = config.get(name)
        if isinstance(value, dict):
            yield name, (), nested.block, value
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield name, (index,) if nested.nesting == "list" else (), nested.block, item


def _deprecated(type_: str, config: Value) -> Iterator[Finding]:
    for name, fact in facts(type_).attributes.items():
        if fact.deprecated and "." not in name and config.get(name) not in (None, []):
            why = fact.deprecated if isinstance(fact.deprecated, str) else f"`{name}` is deprecated"
            yield Finding("Argument is deprecated", why, (name,), warning=True)
