"""The overlay: packages with the names of CDKTF's, holding only what this repository imports.

`cdktf_cdktf_provider_google` imports 1,471 modules, and jsii loads a 98 MB description of them and
1,470 JavaScript files in Node. The overlay, first on `sys.path`, has the imported modules alone,
cut from the installed wheels (`bindings.builder`): types and JavaScript are the wheel's own.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from bindings import manifest
from bindings.imports import ROOT, imported_modules, installed
from bindings.packages import CORE, PROVIDERS

CACHE = ROOT / ".cache" / "bindings"

_RECIPE = ("assemblies.py", "builder.py", "manifest.py", "node.py", "runtime.js")
"""Files that decide what an overlay contains, besides the imports and the wheels."""
_MOST_OVERLAYS = 5  # of other branches and releases, 40 MB each


def build(*, check_content: bool = False) -> Path:
    """Return the overlay's folder for the present imports and wheels; build it if missing.

    An overlay with a missing or truncated file is built again; with `check_content`, one with any
    other content too. Safe when several processes start at once: one builds, the others wait.

    Raises:
        OSError: The cache cannot be written, or a provider is not installed.
        KeyError, ValueError: A wheel has another layout than expected.
    """
    is_usable = manifest.is_intact if check_content else manifest.is_complete
    imports = imported_modules()
    versions = [_version(package) for package in ("jsii", "constructs", CORE, *PROVIDERS)]
    recipe = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _RECIPE]
    key = json.dumps([recipe, sys.implementation.cache_tag, versions, imports])
    overlay = CACHE / hashlib.sha256(key.encode()).hexdigest()[:16]
    if is_usable(overlay):
        return overlay
    from bindings import builder  # only now: a start seldom needs it

    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_usable(overlay):
            manifest.remove(overlay)
            _remove_old_overlays()
            builder.build(overlay, imports)
    return overlay


def active() -> Path | None:
    """Return the overlay that this process imports from, if it does."""
    return next((Path(entry) for entry in sys.path if Path(entry).parent == CACHE), None)


def _version(package: str) -> str:
    """Return what changes when another version of a package is installed, without reading it."""
    module = os.stat(installed(package) / "__init__.py")  # noqa: PTH116
    archives = (installed(package) / "_jsii").glob("*.jsii.tgz")
    return f"{[file.name for file in archives]} {module.st_size}"


def _remove_old_overlays() -> None:
    overlays = sorted(CACHE.glob("[!.]*"), key=lambda entry: entry.lstat().st_mtime)
    for overlay in overlays[: -_MOST_OVERLAYS + 1]:
        shutil.rmtree(overlay, ignore_errors=True)
    for unfinished in CACHE.glob(".building-*"):  # of a process that was killed
        shutil.rmtree(unfinished, ignore_errors=True)
