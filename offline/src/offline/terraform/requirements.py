"""Which providers a Terraform directory requires, and in which versions."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from offline.schema.scan import configuration

REGISTRY = "registry.terraform.io"
_BLOCK = re.compile(r"\brequired_providers\"?\s*[=:]?\s*\[?\s*\{")
_ENTRY = re.compile(r"\"?([\w-]+)\"?\s*[=:]\s*(?:\{([^{}]*)\}|\"([^\"]*)\")")
_VALUE = re.compile(r"\b(source|version)\"?\s*[=:]\s*\"([^\"]*)\"")
_COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)
_TYPE = re.compile(r"^\s*(?:resource|data|ephemeral)\s+\"?([a-z0-9_-]+)\"?\s", re.MULTILINE)
_FILES = 256
"""Files that are read once: a command asks several times."""
_SERVED = re.compile(r"[^/]+/(hashicorp/(?:google|google-beta|random))")
_LOCKED = re.compile(r"provider\s+\"([^\"]+)\"\s*\{[^}]*?\bversion\s*=\s*\"([^\"]+)\"")


def data_folder(directory: Path) -> Path:
    """Return where Terraform keeps what it fetched for a directory."""
    return directory / os.environ.get("TF_DATA_DIR", ".terraform")


def required(directory: Path) -> dict[str, list[str]]:
    """Return the version constraints by provider, as host/namespace/type.

    Modules count from the moment that `terraform init` has fetched them.
    """
    result: dict[str, list[str]] = {}
    for _, text in configuration(directory, data_folder(directory)):
        for source, _, version in _sources(text):
            name = _SERVED.fullmatch(source)
            known = f"{REGISTRY}/{name[1]}" if name else source
            result.setdefault(known, []).extend([version] if version else [])
    return result


def aliases(directory: Path) -> list[tuple[str, str]]:
    """Return the addresses on other hosts of providers that are served, with their short address.

    OpenTofu's registry has the same programs.
    """
    texts = configuration(directory, data_folder(directory))
    sources = {source for _, text in texts for source, _, _ in _sources(text)}
    matches = (_SERVED.fullmatch(source) for source in sorted(sources))
    return [(one[0], one[1]) for one in matches if one and not one[0].startswith(REGISTRY)]


def needed(directory: Path) -> dict[str, list[str]]:
    """Return the version constraints of required providers, and of those that types imply.

    Terraform takes the first word of a type for its provider's name in hashicorp's namespace.
    """
    result = required(directory)
    for file, text in configuration(directory, data_folder(directory)):
        names = {name for _, name, _ in _sources(text)}
        for type_ in _types(text, is_json=file.suffix == ".json"):
            if (word := type_.partition("_")[0]) not in names | {"terraform"}:
                result.setdefault(address(word), [])
    return result


def locked(directory: Path) -> dict[str, str]:
    """Return the versions in the dependency lock file of a directory, by provider."""
    try:
        text = (directory / ".terraform.lock.hcl").read_text("utf-8")
    except (OSError, ValueError):
        return {}
    return dict(_LOCKED.findall(text))


def is_mentioned(name: str, directory: Path) -> bool:
    """Report whether the configuration of a directory names a provider, or one of its types."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?:_|(?![\w-]))")
    texts = configuration(directory, data_folder(directory))
    return any(word.search(text) for _, text in texts)


def address(source: str) -> str:
    """Return host/namespace/type of a source, whose first parts have defaults."""
    parts = source.strip("/").lower().split("/")
    return "/".join([REGISTRY, "hashicorp", parts[-1]][: 3 - len(parts)] + parts)


@lru_cache(_FILES)
def _sources(text: str) -> Sequence[tuple[str, str, str]]:
    """Return address, local name and version constraint of the requirements in a file."""
    text, result = _COMMENT.sub("", text), []
    for begin in _BLOCK.finditer(text):
        for name, block, version in _ENTRY.findall(_inside(text, begin.end())):
            values = dict(_VALUE.findall(block))
            source = address(values.get("source", name))
            result.append((source, name, values.get("version", version)))
    return result


@lru_cache(_FILES)
def _types(text: str, *, is_json: bool) -> frozenset[str]:
    """Return the types of the resources and data sources in a file."""
    if not is_json:
        return frozenset(_TYPE.findall(_COMMENT.sub("", text)))
    try:
        held = json.loads(text)
    except ValueError:
        return frozenset()
    blocks = [held.get(kind) for kind in ("resource", "data")] if isinstance(held, dict) else []
    parts = [part for block in blocks for part in (block if isinstance(block, list) else [block])]
    return frozenset(type_ for part in parts if isinstance(part, dict) for type_ in part)


def _inside(text: str, start: int) -> str:
    """Return what a pair of braces holds, from the character after the first."""
    depth = 1
    for end in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if not depth:
            return text[start:end]
    return text[start:]
