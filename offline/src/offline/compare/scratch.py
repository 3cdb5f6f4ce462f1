"""Copies of a Terraform directory, with a local state."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

from offline.terraform.requirements import is_mentioned

VERSION = "6.50.0"
"""The version of google and google-beta that the embedded provider has."""

_PROVIDERS = ("google", "google-beta")
_OVERRIDE = "zz_offline_override.tf.json"
"""Terraform merges override files in the order of their names: the last one wins."""
_ABOVE = re.compile(r"(?<![.\w])((?:\.\./)+|\.\.(?=\"))")
_SOURCE = re.compile(r"\"?source\"?\s*[=:]\s*\"(\.{1,2}/[^\"]*)\"")
_IGNORED = shutil.ignore_patterns(
    ".terraform", ".git", ".terraform.lock.hcl", "*.tfstate", "*.tfstate.*", "node_modules", ".venv"
)


def copy(directory: Path, target: Path) -> Path:
    """Copy a Terraform directory, and return the folder to run Terraform in.

    What is copied begins at the folder that holds all that the directory and its local modules
    refer to by `../`. The copy keeps its state in a file, whatever the backend is, and has the
    provider's version that the embedded provider has.
    """
    directory = directory.resolve()
    base = _base(directory)
    shutil.copytree(base, target, ignore=_IGNORED, dirs_exist_ok=True)
    folder = target / directory.relative_to(base)
    required = {
        name: {"source": f"hashicorp/{name}", "version": VERSION}
        for name in _PROVIDERS
        if is_mentioned(name, directory)
    }
    settings = {"terraform": {"backend": {"local": {}}, "required_providers": required}}
    (folder / _OVERRIDE).write_text(json.dumps(settings), encoding="utf-8")
    return folder


def _base(directory: Path) -> Path:
    """Return the deepest folder that holds a directory and everything that it refers to."""
    needed, waiting = {directory}, [directory]
    while waiting:
        folder = waiting.pop()
        for file in (*folder.glob("*.tf"), *folder.glob("*.tf.json")):
            text = file.read_text(encoding="utf-8", errors="replace")
            needed |= {(folder / above).resolve() for above in _ABOVE.findall(text)}
            modules = {(folder / source).resolve() for source in _SOURCE.findall(text)}
            waiting += [one for one in modules - needed if one.is_dir()]
            needed |= modules
    return Path(os.path.commonpath(needed))
