"""The manifest of an overlay, which distinguishes a complete overlay from a damaged one."""

import hashlib
import json
import marshal
import os
import shutil
from pathlib import Path

NAME = "manifest.json"
"""Size and SHA-256 of each file, written last: without it an overlay is not complete."""
PACKAGES = "packages"
"""Folder of JavaScript packages, thousands of files: it has a manifest of its own, and is listed
in that of the overlay by this manifest alone."""

_PYC_HEADER = 16  # bytes before the code; see importlib's _code_to_hash_pyc


def write(overlay: Path) -> None:
    """Write the size and the SHA-256 of each file, by its path in the overlay."""
    packages = overlay / PACKAGES
    write_folder(packages)
    files = [file for file in overlay.rglob("*") if file.is_file() and packages not in file.parents]
    _write(overlay, [*files, packages / NAME])


def write_folder(folder: Path) -> None:
    """Write the size and the SHA-256 of each file of one folder, by its path in the folder."""
    _write(folder, [file for file in folder.rglob("*") if file.is_file()])


def is_complete(overlay: Path) -> bool:
    """Return whether each file that the manifest lists has the size that it was built with.

    This check is for every start: it takes about 2 ms, and does not read the files.
    """
    try:
        entries = _read(overlay)
        return all(
            os.stat(overlay / name).st_size == size  # noqa: PTH116 (hundreds of them)
            for name, (size, _) in entries.items()
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return False


def is_intact(overlay: Path) -> bool:
    """Return whether each file has the content that it was built with.

    Bytecode that Python has added must be loadable too. It takes about 0.1 s.
    """
    return all(map(is_folder_intact, (overlay, overlay / PACKAGES))) and all(
        map(_is_loadable, overlay.rglob("*.pyc"))
    )


def is_folder_intact(folder: Path) -> bool:
    """Return whether each file that the manifest of one folder lists has its content."""
    try:
        return all(_digest(folder / name) == digest for name, (_, digest) in _read(folder).items())
    except (OSError, ValueError, TypeError, AttributeError):
        return False


def remove(overlay: Path) -> None:
    """Remove whatever is in the place of an overlay.

    Raises:
        OSError: It cannot be removed.
    """
    if overlay.is_symlink() or overlay.is_file():
        overlay.unlink()
    elif overlay.exists():
        shutil.rmtree(overlay)


def _write(folder: Path, files: list[Path]) -> None:
    entries = {
        str(file.relative_to(folder)): [file.stat().st_size, _digest(file)]
        for file in sorted(files)
    }
    (folder / NAME).write_text(json.dumps(entries), encoding="utf-8")


def _read(folder: Path) -> dict[str, tuple[int, str]]:
    entries: dict[str, tuple[int, str]] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return entries


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _is_loadable(bytecode: Path) -> bool:
    try:
        marshal.loads(bytecode.read_bytes()[_PYC_HEADER:])  # noqa: S302 (our own cache)
    except (OSError, EOFError, ValueError, TypeError):
        return False
    return True
