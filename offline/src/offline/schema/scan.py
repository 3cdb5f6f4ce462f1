"""Which types a Terraform directory needs: read from its files, its modules and what is applied.

It over-counts (a name in a comment counts) and leaves the rest to the schemas, which know what
exists. It has to see: `*.tf`, `*.tf.json`, `*.tftest.hcl`, `*.tftest.json`; modules by local path,
and those that `terraform init` fetched (`.terraform/modules/modules.json`); states, since a type
may be gone from the configuration and still be applied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_SUFFIXES = (".tf", ".tf.json", ".tftest.hcl", ".tftest.json")
_NAME = re.compile(r"\b(?:google|random)_[a-z0-9_]+")
_DATA = re.compile(r"\bdata\b[\s\".]+((?:google|random)_[a-z0-9_]+)")
_LOCAL = re.compile(r"\bsource\"?\s*[=:]\s*\"(\.\.?/[^\"]*)\"")


@dataclass(frozen=True)
class Types:
    """Names of resources and of data sources that may be needed."""

    resources: frozenset[str] = frozenset()
    data_sources: frozenset[str] = frozenset()

    def __or__(self, other: Types) -> Types:
        return Types(self.resources | other.resources, self.data_sources | other.data_sources)

    def __le__(self, other: Types) -> bool:
        return self.resources <= other.resources and self.data_sources <= other.data_sources


def types_of_directory(directory: Path, data: Path | None = None) -> Types:
    """Return the names that a root module and its child modules use.

    `data` is Terraform's data folder if it is not `.terraform` in the directory (TF_DATA_DIR). A
    file that is not text is skipped: Terraform reports the error.
    """
    result = Types()
    for file, text in configuration(directory, data):
        result |= types_of_text(text, is_json=file.suffix == ".json")
    for state in directory.glob("*.tfstate"):
        result |= types_of_state(_read(state))
    return result


def configuration(directory: Path, data: Path | None = None) -> Iterator[tuple[Path, str]]:
    """Yield the configuration files of a root module and everything below it, with their text."""
    for module in _modules(directory, data or directory / ".terraform"):
        for file in _files(module):
            yield file, _read(file)


def types_of_text(text: str, *, is_json: bool = False) -> Types:
    """Return the types that a configuration file names; JSON that is none counts as text."""
    names, data = set(_NAME.findall(text)), set(_DATA.findall(text))
    if is_json:
        held = _object(text).get("data")
        # A list of objects is as good as an object in Terraform's JSON syntax.
        for block in held if isinstance(held, list) else [held]:
            data |= set(block) if isinstance(block, dict) else set()
    return Types(frozenset(names), frozenset(data))


def types_of_state(text: str) -> Types:
    """Return the types that are in a state file."""
    resources = [held for held in _object(text).get("resources") or [] if isinstance(held, dict)]
    return Types(
        frozenset(held["type"] for held in resources if held.get("mode") == "managed"),
        frozenset(held["type"] for held in resources if held.get("mode") == "data"),
    )


def types_of_states(texts: Iterable[str]) -> Types:
    """Return the types that are in any of the states."""
    result = Types()
    for text in texts:
        result |= types_of_state(text)
    return result


def _modules(directory: Path, data: Path) -> Iterator[Path]:
    """Yield the directory, then every module that it reaches, each once."""
    waiting, seen = [directory, directory / "tests"], set()
    listed = _object(_read(data / "modules" / "modules.json")).get("Modules") or []
    waiting += [directory / held["Dir"] for held in listed if held.get("Dir")]
    while waiting:
        module = waiting.pop(0).resolve()
        if module in seen or not module.is_dir():
            continue
        seen.add(module)
        yield module
        for file in _files(module):
            waiting += [module / source for source in _local_sources(_read(file))]


@lru_cache(256)  # a command asks several times
def _local_sources(text: str) -> list[str]:
    """Return the local paths of modules that a file names."""
    return _LOCAL.findall(text)


def _files(module: Path) -> list[Path]:
    return sorted(path for path in module.iterdir() if path.name.endswith(_SUFFIXES))


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
