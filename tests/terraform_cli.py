"""`python -m tests.terraform_cli`: list the commands of Terraform, with their options.

The list is checked in, because a page must not depend on the Terraform of the machine that runs
the tests. The script reads what `terraform -help` prints.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

LIST = Path(__file__).parent / "fixtures" / "terraform.json"
_COMMAND = re.compile(r"^  (?:  )?([a-z][a-z-]*) {2,}\S", re.MULTILINE)
_OPTION = re.compile(r"^ +(-[a-z][a-z-]*)", re.MULTILINE)
_GROUPS = ("state", "providers", "workspace")


def main() -> None:
    """Write the list from the installed Terraform."""
    version = json.loads(_terraform("version", "-json"))["terraform_version"]
    content = {
        "source": f"terraform {version}, terraform -help of each command",
        "checked": date.today().isoformat(),
        "global_options": sorted(set(_OPTION.findall(_terraform("-help")))),
        "commands": {
            command: sorted(set(_OPTION.findall(_terraform(*command.split(), "-help"))))
            for command in sorted(_commands())
        },
    }
    LIST.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _commands() -> Iterator[str]:
    for command in _COMMAND.findall(_terraform("-help")):
        yield command
        if command in _GROUPS:
            for inner in _COMMAND.findall(_terraform(command, "-help")):
                yield f"{command} {inner}"


def _terraform(*arguments: str) -> str:
    command = ["terraform", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
