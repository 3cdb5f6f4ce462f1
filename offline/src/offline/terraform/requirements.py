"""Which providers a Terraform directory requires, and in which versions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from offline.schema.scan import configuration

REGISTRY = "registry.terraform.io"
_BLOCK = re.compile(r"\brequired_providers\"?\s*[=:]?\s*\[?\s*\{")
_ENTRY = re.compile(r"\"?([\w-]+)\"?\s*[=:]\s*(?:\{([^{}]*)\}|\"([^\"]*)\")")
_VALUE = re.compile(r"\b(source|version)\"?\s*[=:]\s*\"([^\"]*)\"")
_COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)
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
        for address, version in _entries(text):
            result.setdefault(address, []).extend([version] if version else [])
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


def _entries(text: str) -> Iterator[tuple[str, str]]:
    text = _COMMENT.sub("", text)
    for begin in _BLOCK.finditer(text):
        for name, block, version in _ENTRY.findall(_inside(text, begin.end())):
            values = dict(_VALUE.findall(block))
            yield address(values.get("source", name)), values.get("version", version)


def _inside(text: str, start: int) -> str:
    """Return what a pair of braces holds, from the character after the first."""
    depth = 1
    for end in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if not depth:
            return text[start:end]
    return text[start:]
