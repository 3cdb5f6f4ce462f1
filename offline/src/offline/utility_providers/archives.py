"""hashicorp/archive: zip and tar.gz files that are really written.

The same sources give the same bytes. They are not those of the genuine provider, whose compression
is Go's: hashes differ from it.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from offline.protocol.contract import ProviderError, Value
from offline.utility_providers.checksums import checksums
from offline.utility_providers.provider import Behavior, Resource

_OLDEST = (1980, 1, 1, 0, 0, 0)
"""Time of each member: the first that a zip file can have."""
_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\{|\}|,|\[[^\]]*\]|.", re.DOTALL)
_MEANING = {
    "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|",
}  # fmt: skip


class _Member(NamedTuple):
    name: str
    content: bytes
    mode: int = 0


def _archive(config: Value, folder: Path) -> Value:
    """Write the archive, and return its hashes. Raises ProviderError."""
    writers = {"zip": _zip, "tar.gz": _tar}
    if config["type"] not in writers:
        _fail(f"archive type not supported: {config['type']}")
    target = folder / config["output_path"]
    try:
        members = list(_members(config, folder))
        if not members:
            _fail("error archiving directory: archive has not been created as it would be empty")
        content = writers[config["type"]](members)
        target.parent.mkdir(0o755, parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        _fail(str(error))
    found = checksums(content)
    found["sha"] = found.pop("sha1")
    hashes = {f"output_{name}": text for name, text in found.items()}
    return {**hashes, "output_size": len(content), "id": found["sha"]}


def _fail(why: str) -> None:
    raise ProviderError("Archive creation error", f"error creating archive: {why}")


def _members(config: Value, folder: Path) -> Iterator[_Member]:
    mode = _mode(config["output_file_mode"]) if config.get("output_file_mode") else None
    if config.get("source_dir") is not None:
        place = folder / config["source_dir"]
        if not place.is_dir():
            missing = f"could not archive missing directory: {config['source_dir']}"
            _fail(f"error archiving directory: {missing}")
        excludes = [_pattern(text) for text in config.get("excludes") or [] if text]
        skip_links = bool(config.get("exclude_symlink_directories"))
        for name, file in _walk(place, "", excludes, skip_links=skip_links):
            yield _file(name, file, mode)
    elif config.get("source_file") is not None:
        place = folder / config["source_file"]
        if not place.exists():
            _fail(f"error archiving file: could not archive missing file: {config['source_file']}")
        yield _file(place.name, place, mode)
    elif config.get("source_content_filename") is not None:
        yield _Member(config["source_content_filename"], (config["source_content"] or "").encode())
    else:
        contents = {one["filename"]: one["content"] for one in config.get("source") or []}
        yield from (_Member(name, contents[name].encode()) for name in sorted(contents))


def _mode(text: str) -> int:
    """Return a file mode, which is octal where it begins with 0, as in Go. Raises ProviderError."""
    try:
        return int(text, 8 if text[0] == "0" and text.isdecimal() else 0)
    except ValueError as error:
        why = f"error parsing output_file_mode value: {text}"
        raise ProviderError("Archive creation error", f"error creating archive: {why}") from error


def _walk(
    place: Path, at: str, excludes: list[re.Pattern[str]], *, skip_links: bool
) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder with their names in the archive, in order of the names."""
    for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
        name = f"{at}{entry.name}"
        if any(pattern.fullmatch(name) for pattern in excludes):
            continue
        if not entry.is_dir():
            yield name, Path(entry.path)
        elif not (skip_links and entry.is_symlink()):
            yield from _walk(Path(entry.path), f"{name}/", excludes, skip_links=skip_links)


def _pattern(text: str) -> re.Pattern[str]:
    """Return a glob pattern with `**` as a regular expression."""
    parts = (
        _MEANING.get(part) or (part if part[0] == "[" else re.escape(part))
        for part in _GLOB.findall(text)
    )
    return re.compile("".join(parts))


def _file(name: str, file: Path, mode: int | None) -> _Member:
    return _Member(
        name, file.read_bytes(), stat.S_IMODE(file.stat().st_mode) if mode is None else mode
    )


def _zip(members: list[_Member]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in members:
            info = zipfile.ZipInfo(member.name, _OLDEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, whose modes these are
            info.external_attr = (stat.S_IFREG | member.mode) << 16 if member.mode else 0
            target.writestr(info, member.content)
    return buffer.getvalue()


def _tar(members: list[_Member]) -> bytes:
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as target,
    ):
        for member in members:
            info = tarfile.TarInfo(member.name)
            info.size, info.mode = len(member.content), member.mode
            target.addfile(info, io.BytesIO(member.content))
    return buffer.getvalue()


BEHAVIOR = Behavior(
    {
        "archive_file": Resource(
            _archive, read=lambda state, folder: {**state, **_archive(state, folder)}
        )
    },
    {"archive_file": _archive},
)
