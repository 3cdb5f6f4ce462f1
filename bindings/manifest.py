"""The manifest of an overlay: what tells a complete overlay from a truncated or damaged one."""

import json
import os
import shutil
from pathlib import Path

NAME = "manifest.json"
"""Size and time of every file, written last: without it, or with another file, an overlay is not
complete."""


def write(overlay: Path) -> None:
    """Write the size and the modification time of each file, by its path in the overlay."""
    stamps = {
        str(file.relative_to(overlay)): [file.stat().st_size, file.stat().st_mtime_ns]
        for file in sorted(overlay.rglob("*"))
        if file.is_file()
    }
    (overlay / NAME).write_text(json.dumps(stamps), encoding="utf-8")


def is_complete(overlay: Path) -> bool:
    """Tell whether every file of an overlay is as it was built."""
    try:
        stamps = json.loads((overlay / NAME).read_text(encoding="utf-8"))
        for name, stamp in stamps.items():
            status = os.stat(overlay / name)  # noqa: PTH116 (a hundred of them at each start)
            if [status.st_size, status.st_mtime_ns] != stamp:
                return False
    except (OSError, ValueError, AttributeError):
        return False
    return True


def remove(overlay: Path) -> None:
    """Remove whatever is in the place of an overlay.

    Raises:
        OSError: it cannot be removed.
    """
    if overlay.is_symlink() or overlay.is_file():
        overlay.unlink()
    elif overlay.exists():
        shutil.rmtree(overlay)
