"""hashicorp/local: files that are really written to the disk, and read from it."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from pathlib import Path

from offline.protocol.contract import Finding, ProviderError, Value
from offline.schema.blocks import Function
from offline.utility_providers.checksums import checksums
from offline.utility_providers.provider import Behavior, Resource

_MODE = re.compile(r"[0-7]{3,4}")
_LARGEST_MODE = 0o777
_CHARACTERS = (3, 4)


def _create(planned: Value, folder: Path) -> Value:
    """Write the file. Raises ProviderError."""
    file = folder / planned["filename"]
    try:
        content = _content(planned, folder)
        if not file.parent.exists():
            file.parent.mkdir(int(planned["directory_permission"], 8), parents=True)
        mode = int(planned["file_permission"], 8)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
    except (OSError, ValueError) as error:
        detail = "An unexpected error occurred while writing the file"
        raise ProviderError("Create local file error", _with(detail, error)) from error
    return _hashes(content)


def _content(planned: Value, folder: Path) -> bytes:
    if planned.get("content_base64") is not None:
        return b64decode(planned["content_base64"], validate=True)
    if planned.get("source") is not None:
        return Path(folder, planned["source"]).read_bytes()
    secret = planned.get("sensitive_content")
    return str(planned["content"] if secret is None else secret).encode()


def _read(state: Value, folder: Path) -> Value | None:
    """Return the state while the file has the content that was written."""
    try:
        content = (folder / state["filename"]).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        detail = "An unexpected error occurred while reading the file"
        raise ProviderError("Read local file error", _with(detail, error)) from error
    return state if checksums(content)["sha1"] == state["id"] else None


def _delete(state: Value, folder: Path) -> None:
    (folder / state["filename"]).unlink(missing_ok=True)


def _data(config: Value, folder: Path) -> Value:
    try:
        content = (folder / config["filename"]).read_bytes()
    except OSError as error:
        detail = "The file at given path cannot be read."
        raise ProviderError("Read local file data source error", _with(detail, error)) from error
    texts = {
        "content": content.decode("utf-8", "replace"),
        "content_base64": b64encode(content).decode(),
    }
    return {**texts, **_hashes(content)}


def _hashes(content: bytes) -> Value:
    found = checksums(content)
    return {"id": found["sha1"]} | {f"content_{name}": text for name, text in found.items()}


def _with(detail: str, error: Exception) -> str:
    return f"{detail}\n\nOriginal Error: {error}"


def _check_mode(name: str, text: str) -> Finding | None:
    if _MODE.fullmatch(text) and int(text, 8) <= _LARGEST_MODE:
        return None
    why = "string must be expressed in octal numeric notation"
    if not _CHARACTERS[0] <= len(text) <= _CHARACTERS[1]:
        why = "string length should be 3 or 4 digits"
    detail = f"bad mode permission: {why}: {text}"
    return Finding("Invalid File Permission String Value", detail, (name,))


def _is_directory(text: str, folder: Path) -> bool:
    """Report whether a directory exists. Raises ValueError if it is something else."""
    place = folder / text
    if place.exists() and not place.is_dir():
        raise ValueError(f'Invalid file mode detected: "{text}" was found, but is not a directory')
    return place.is_dir()


BEHAVIOR = Behavior(
    dict.fromkeys(("local_file", "local_sensitive_file"), Resource(_create, _read, _delete)),
    dict.fromkeys(("local_file", "local_sensitive_file"), _data),
    functions={
        "direxists": (
            Function("Determines whether a directory exists.", {"path": "string"}, "bool"),
            _is_directory,
        )
    },
    checks={"mode": _check_mode},
)
