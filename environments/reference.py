"""Reference page of the environment file: every key, from the schema and its docstrings."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from environments.field_types import is_mapping, is_section, limits, literals, parts, type_name
from environments.json_schema import descriptions
from environments.schema import Environment
from environments.schema.base import Section

PAGE = "docs/reference/environment.md"
"""The page, in the repository."""
NAME = "<name>"
"""Represents, in a path, a key that the author of the file chooses."""
EFFECTS = Path(__file__).parent / "schema" / "effects.json"
"""What a change of a key does in a plan, by path. `make test` derives it again."""
UNKNOWN = "unknown"
RESTARTS = frozenset({"database.max_connections"})
"""Keys that restart the database, besides what the plan shows. Source: PostgreSQL docs,
"Connections and Authentication", `max_connections`: it can only be set at server start."""

_INTRODUCTION = """# Environment file

This page lists every key of `environments/<environment>.yaml` with its type, default, and limits.
`make docs` writes it from the schema in `environments/schema/`. `<name>` stands for a name that you
choose.

The column "Effect of a change" says what a plan does when you change the value of a key in an
environment that is applied:

| Effect | Meaning |
| --- | --- |
| in place | Terraform updates resources and keeps them; Google can restart one that it updates |
| restarts | In addition: the database restarts |
| new revision | Cloud Run starts a new revision with the new value |
| replaces | Terraform deletes at least one resource, and creates it again |
| can replace | The same, for some values |
| fixed | Terraform stops: the value [cannot change](../traps.md#change-a-fixed-value) |
| adds or removes | Terraform creates resources, or deletes those that are not needed any more |
| moves the state | Terraform asks where the state is; no resource changes |
| no change | No resource of the platform or of the bootstrap changes |
| costs | In addition: `grid cost` estimates another amount |
| one value | The key has one valid value |
| unknown | Not derived: read the plan before you apply |

Each effect is that of one change in an example file, with the facts of the provider. Another value
or another environment can have more effects. Before you apply, read the output of `grid plan`.
"""


@dataclass(frozen=True)
class Key:
    """A key of the environment file."""

    path: tuple[str, ...]
    field: FieldInfo
    description: str
    section: type[Section] | None
    """The section that the key holds, or that each of its names holds."""

    @property
    def dotted(self) -> str:
        """The path with dots."""
        return ".".join(self.path)


def keys(section: type[Section] = Environment, at: tuple[str, ...] = ()) -> Iterator[Key]:
    """Yield every key of a section, and of the sections in it, in the order of the schema."""
    texts = dict(descriptions(section))
    for name, field in section.model_fields.items():
        inner = next((part for part in parts(field.annotation) if is_section(part)), None)
        yield Key((*at, name), field, " ".join(texts[name].split()), inner)
        if inner:
            names = (NAME,) if is_mapping(field.annotation) else ()
            yield from keys(inner, (*at, name, *names))


def page(environments: Mapping[str, Environment]) -> str:
    """Return the page, with examples from the environments."""
    lines = [_INTRODUCTION]
    parent: tuple[str, ...] | None = None
    for key in sorted(keys(), key=lambda key: _order()[key.path[:-1]]):
        if key.path[:-1] != parent:
            parent = key.path[:-1]
            lines += ["", f"## {'.'.join(parent) or 'Top level'}".replace("<", "&lt;"), ""]
            lines.append(
                "| Key | Type | Default | Limits | Example | Effect of a change | Meaning |"
            )
            lines.append("| --- | --- | --- | --- | --- | --- | --- |")
        lines.append(_row(key, environments))
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


@cache
def _order() -> dict[tuple[str, ...], int]:
    """Return the place of each section on the page: below the section that it is in."""
    parents = dict.fromkeys(key.path[:-1] for key in keys())
    return {parent: place for place, parent in enumerate([(), *parents])}


@cache
def effects() -> Mapping[str, str]:
    """Return the effects of changes, by dotted path."""
    content: dict[str, str] = json.loads(EFFECTS.read_text(encoding="utf-8"))
    return content


def _row(key: Key, environments: Mapping[str, Environment]) -> str:
    cells = (
        f"`{key.dotted}`",
        type_name(key.field.annotation),
        _default(key),
        "; ".join(limits(key.field)),
        "" if key.section else _code(_example(key, environments)),
        "" if key.section else _effect(key),
        key.description,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _effect(key: Key) -> str:
    effect = effects().get(key.dotted, UNKNOWN)
    return f"{effect}, restarts" if key.dotted in RESTARTS else effect


def _default(key: Key) -> str:
    if key.field.is_required():
        return "required"
    if isinstance(key.field.default, Section):
        return "its defaults"
    return _code(key.field.default) if key.field.default is not None else "none"


def _code(value: object) -> str:
    """Return a value as the file has it, in a code span."""
    if value is None:
        return ""
    if isinstance(value, tuple | dict):
        items = [str(item) for item in value] if isinstance(value, tuple) else value
        return f"`{json.dumps(items, default=str)}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _example(key: Key, environments: Mapping[str, Environment]) -> object:
    """Return a value of the key, from an environment that does not leave it at the default."""
    for environment in environments.values():
        for value in values(environment, key.path):
            if value not in (None, (), {}, key.field.default):
                return value
    if key.field.default not in (None, (), {}) and not key.field.is_required():
        return key.field.default
    if choices := literals(key.field.annotation):
        return choices[0]
    if match := re.search(r"such as ([^\s:,]+)", " ".join(limits(key.field))):
        return match[1]
    return None


def values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Yield the values at a path, one for each name that it goes through."""
    if not path:
        yield value
    elif path[0] == NAME:
        for item in value.values():
            yield from values(item, path[1:])
    elif value is not None:
        yield from values(getattr(value, path[0]), path[1:])
