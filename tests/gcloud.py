"""`python -m tests.gcloud`: list the commands of `gcloud` that the repository names.

The list has their flags too. It is checked in, because a machine that runs the tests needs no
`gcloud`. The script reads the installed SDK, which has commands and flags as data for its shell
completion.
"""

from __future__ import annotations

import json
import re
import runpy
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
LIST = ROOT / "tests" / "fixtures" / "gcloud.json"
_TREE = Path("data", "cli", "gcloud_completions.py")
_CODE = re.compile(r"^```\w*\n(.*?)^ *```$|^ {4}(\S[^\n]*)$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"\bgcloud ([a-z](?:(?!\bgcloud )[^\n|])*)")
_WORD = re.compile(r"[a-z][a-z0-9-]*")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
_NO_COMMAND = "container images scan"
"""What docs/ci.md names because it does not exist."""
_NEWER = {
    "sql users assign-roles": [
        "--async",
        "--database-roles",
        "--host",
        "--instance",
        "--revoke-existing-roles",
        "--type",
    ],
}
"""Commands that SDK 528.0.0 lacks. Source: Google Cloud CLI reference,
https://docs.cloud.google.com/sdk/gcloud/reference/sql/users/assign-roles."""


class Call(NamedTuple):
    """A command line of `gcloud` in a file."""

    file: str
    words: tuple[str, ...]
    """The words before the first argument: the command, perhaps with a first argument."""
    flags: tuple[str, ...]


def calls() -> Iterator[Call]:
    """Yield each command line in pages, workflows and messages of `grid` and the services."""
    for file, code in codes():
        yield from _calls(file, code)


def codes() -> Iterator[tuple[Path, str]]:
    """Yield each piece of text that holds command lines: code of a page, or a whole file."""
    for file in sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")}):
        for groups in _CODE.findall(_joined(file)):
            yield file, "".join(groups)
    for file in sorted(ROOT.glob(".github/**/*.yml")):
        yield file, _joined(file)
    for file in sorted({*ROOT.glob("operations/**/*.py"), *ROOT.glob("services/**/*.py")}):
        # Adjacent literals are one message.
        yield file, re.sub(r'"\s*\n\s*f?"', "", file.read_text(encoding="utf-8"))


def _joined(file: Path) -> str:
    return re.sub(r"\\\n\s*", "", file.read_text(encoding="utf-8"))


def _calls(file: Path, text: str) -> Iterator[Call]:
    for line in _CALL.findall(text):
        words: list[str] = []
        for word in line.split():
            if not _WORD.fullmatch(word.rstrip(",;")):
                break
            words.append(word.rstrip(",;"))
        if " ".join(words) != _NO_COMMAND:
            yield Call(str(file.relative_to(ROOT)), tuple(words), tuple(_FLAG.findall(line)))


def find(commands: dict[str, Any], words: tuple[str, ...]) -> str | None:
    """Return the longest command that begins a command line."""
    names = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    return next((name for name in names if name in commands), None)


def main() -> None:
    """Write the list from the installed SDK."""
    tree, version = _installed()
    known = _NEWER | dict(_commands(tree, ()))
    named = {name for call in calls() if (name := find(known, call.words))}
    content = {
        "source": f"Google Cloud SDK {version}, {_TREE.as_posix()}",
        "checked": date.today().isoformat(),
        "global_flags": sorted(tree["flags"]),
        "commands": {name: known[name] for name in sorted(named)},
    }
    LIST.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _installed() -> tuple[dict[str, Any], str]:
    command = ["gcloud", "info", "--format=value(installation.sdk_root, basic.version)"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    root, version = output.split()
    tree: dict[str, Any] = runpy.run_path(str(Path(root) / _TREE))["STATIC_COMPLETION_CLI_TREE"]
    return tree, version


def _commands(node: dict[str, Any], at: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Yield each command with its flags; a group has commands of its own."""
    for name, inner in node["commands"].items():
        if inner["commands"]:
            yield from _commands(inner, (*at, name))
        else:
            yield " ".join((*at, name)), sorted(inner["flags"])


if __name__ == "__main__":
    main()
