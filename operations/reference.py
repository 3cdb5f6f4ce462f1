"""Reference pages of `grid` and of the outputs."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from contract.command_permissions import COMMAND_NEEDS
from contract.outputs import PlatformOutputs
from operations.cli import load
from operations.commands import COMMANDS, GROUPS
from operations.core.errors import MEANINGS, OUTCOMES

_GRID = """# `grid` commands

This page lists every command of `grid` with examples, arguments, options, and exit codes, as its
`--help` does. `make docs` writes it from the commands. [operations.md](../operations.md) explains
how the commands work, and how to install [shell completion](../operations.md#shell-completion).

## Exit codes

| Exit code | `outcome` in `--json` | Meaning |
| --- | --- | --- |
"""
_OUTPUTS = """# Outputs

This page lists the outputs of an applied environment, which `terraform output -json` prints and
`grid` reads. `make docs` writes it from `contract/outputs.py`. An output with the default "none" is
absent where the environment does not have that part.
"""
_PERMISSIONS = """# Permissions

This page lists the permissions that each command of `grid` needs. `make docs` writes it from
`contract/command_permissions.py`; the tests of `grid` fail for a request that is not
listed there. Terraform, which `plan`, `apply` and `drift` run, needs those that `grid permissions`
prints. A command that reads outputs from the state also needs `storage.objects.get` and
`storage.objects.list` on the state bucket. [ci.md](../ci.md#what-grid-needs) lists predefined
roles.

| Command | Permissions |
| --- | --- |
"""


def grid() -> str:
    """Return the page of the commands of `grid`."""
    lines = [_GRID.rstrip()]
    lines += [f"| {code} | `{OUTCOMES[code]}` | {MEANINGS[code]} |" for code in OUTCOMES]
    for title, group in GROUPS.items():
        lines += ["", f"## {title}"]
        for name in group:
            lines += _command(f"grid {name}", load(name))
    return "\n".join(lines) + "\n"


def _command(path: str, command: Any) -> Iterator[str]:
    """Yield the section of a command, and those of the commands below it."""
    if commands := getattr(command, "commands", None):
        for name, inner in sorted(commands.items()):
            yield from _command(f"{path} {name}", inner)
        return
    yield from ("", f"### {path}")
    for paragraph in inspect.cleandoc(command.help).split("\n\n"):
        yield from ("", " ".join(paragraph.split()))
    arguments = [
        str(parameter.name).upper() + ("..." if parameter.nargs < 0 else "")
        for parameter in command.params
        if parameter.param_type_name == "argument"
    ]
    yield from ("", f"    {' '.join([path, *arguments, '[OPTIONS]'])}", "", "Examples:", "")
    yield from ("```", *command.examples, "```", "")
    yield "| Argument or option | Type | Default | Meaning |"
    yield "| --- | --- | --- | --- |"
    for parameter in command.params:
        yield _parameter(parameter)
    yield from ("", f"[Exit codes](#exit-codes): {', '.join(map(str, command.exit_codes))}.")


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = f"`{str(parameter.name).upper()}`"
    else:
        name = ", ".join(f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts])
    kind = "flag" if getattr(parameter, "is_flag", False) else _kind(parameter)
    default = "required" if parameter.required else _default(parameter.default)
    cells = (name, kind, default, " ".join((parameter.help or "").split()))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _kind(parameter: Any) -> str:
    """Return the type of a value, and its limits."""
    annotation = parameter.type_descriptor.annotation
    repeated = get_origin(annotation) in (list, tuple)
    element = get_args(annotation)[0] if repeated else annotation
    if inspect.isclass(element) and issubclass(element, Enum):
        kind = "one of " + ", ".join(f"`{choice.value}`" for choice in element)
    else:
        kind = _TYPES.get(element, getattr(element, "__name__", str(element)))
    if parameter.min is not None:
        kind += f", at least {parameter.min}"
    if parameter.max is not None:
        kind += f", at most {parameter.max}"
    return f"{kind}, repeatable" if repeated else kind


_TYPES = {str: "string", int: "integer", float: "number", Path: "path", datetime: "date and time"}


def _default(value: Any) -> str:
    if value is False:
        return "off"
    return "none" if value in (None, (), [], "") else f"`{value}`"


def permissions() -> str:
    """Return the page of the permissions that the commands need."""
    rows = [
        f"| `{name}` | "
        f"{', '.join(f'`{one}`' for one in sorted(COMMAND_NEEDS[name].permissions)) or 'none'} |"
        for name in COMMANDS
    ]
    return "\n".join([_PERMISSIONS.rstrip(), *rows]) + "\n"


def outputs() -> str:
    """Return the page of the outputs."""
    return "\n".join([_OUTPUTS.rstrip(), *_model("Platform", PlatformOutputs)]) + "\n"


def _model(title: str, model: type[BaseModel]) -> Iterator[str]:
    """Yield the table of a model, and those of the models in it."""
    yield from ("", f"## {title}", "", _text(model), "")
    described = any(field.description for field in model.model_fields.values())
    yield "| Output | Type | Default | Meaning |" if described else "| Field | Type | Default |"
    yield "| --- | --- | --- | --- |" if described else "| --- | --- | --- |"
    inner: dict[str, type[BaseModel]] = {}
    for name, field in model.model_fields.items():
        inner |= {part.__name__: part for part in _models(field.annotation)}
        default = "required" if field.is_required() else "none"
        cells = [f"`{name}`", _type(field.annotation), default]
        cells += [field.description or ""] if described else []
        yield f"| {' | '.join(cells)} |"
    for name, part in inner.items():
        yield from _model(name, part)


def _text(documented: type[Any]) -> str:
    return " ".join((documented.__doc__ or "").split())


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _type(annotation: Any) -> str:
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _type(arguments[0])
    if origin is dict:
        return f"map of {_type(arguments[1])}"
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return "string" if annotation is str else str(annotation.__name__)
