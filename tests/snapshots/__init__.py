"""Snapshots of the owner's environments, as last reviewed.

`<stack>.tf.json` is the stack without CDKTF's metadata; `<stack>.addresses.txt` lists the
addresses, which are a contract with the states that exist.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.template import Template

FOLDER = Path(__file__).parent


def render(stacks: Mapping[str, Template]) -> dict[str, str]:
    """Return the content of the snapshot files of stacks, by file name."""
    texts: dict[str, str] = {}
    for name, template in stacks.items():
        texts[f"{name}.tf.json"] = json.dumps(template.document, indent=2, sort_keys=True) + "\n"
        texts[f"{name}.addresses.txt"] = "\n".join(template.addresses) + "\n"
    return texts


def outdated(texts: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """Return the names of files that differ, are missing, or have no stack."""
    existing = {file.name for file in _files(folder)}
    return sorted(
        name
        for name in existing | texts.keys()
        if name not in existing or (folder / name).read_text(encoding="utf-8") != texts.get(name)
    )


def write(texts: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Replace the files one by one, each whole, then remove those without a stack.

    Raises:
        OSError: the folder cannot be written.
    """
    for name, text in texts.items():
        handle, part = tempfile.mkstemp(dir=folder, prefix=".snapshot-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(part).chmod(0o644)
        Path(part).replace(folder / name)
    for file in _files(folder):
        if file.name not in texts:
            file.unlink()


def _files(folder: Path) -> list[Path]:
    return [*folder.glob("*.tf.json"), *folder.glob("*.addresses.txt")]
