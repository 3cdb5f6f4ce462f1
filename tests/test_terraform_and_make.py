"""Tests of the command lines of Terraform and make in pages, workflows, and messages of `grid`."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.gcloud import ROOT, codes
from tests.terraform_cli import LIST

KNOWN = json.loads(LIST.read_text(encoding="utf-8"))
_START = r"(?:^\s*(?:(?:- )?run: )?|&& |; |\"|: |xargs -n 1 )"
"""Where a command line begins: a line, a step of a workflow, or an advice in a message."""
_TERRAFORM = re.compile(rf"{_START}terraform ((?:-chdir=\S+ )?[a-z][^\n|&;#<>\"]*)", re.MULTILINE)
_MAKE = re.compile(rf"{_START}make ([a-z][a-z-]*)", re.MULTILINE)
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_WORD = re.compile(r"[a-z][a-z-]*")
_OPTION = re.compile(r"-[a-z][a-z-]*")
OF_A_PLAN = ("apply", "destroy")
"""These take the options of a plan too. Source: `terraform apply -help`, `destroy -help`."""
UNLISTED = {"-json"}
"""`apply` and `plan` take it, and their help does not list it. Source: Terraform,
"Machine-Readable UI", https://developer.hashicorp.com/terraform/internals/machine-readable-ui."""


def lines(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield each file and what the pattern finds in its command lines."""
    for file, code in codes():
        for found in pattern.findall(code):
            yield file.relative_to(ROOT).as_posix(), str(found).strip()


@pytest.mark.parametrize(("file", "line"), sorted(set(lines(_TERRAFORM))))
def test_terraform_has_the_command_and_its_options(file: str, line: str) -> None:
    words = [word for word in line.split() if not word.startswith("-chdir=")]
    names = [" ".join(words[:2]), words[0]]
    name = next((name for name in names if name in KNOWN["commands"]), None)
    assert name, f"{file}: terraform {line}"
    rest = words[len(name.split()) :]
    group = any(known.startswith(f"{name} ") for known in KNOWN["commands"])
    assert not (group and rest and _WORD.fullmatch(rest[0])), f"{file}: terraform {line}"
    used = {word.partition("=")[0] for word in rest if _OPTION.match(word)}
    known = {*KNOWN["commands"][name], *KNOWN["global_options"], *UNLISTED}
    known |= set(KNOWN["commands"]["plan"]) if name in OF_A_PLAN else set()
    assert sorted(used - known) == [], f"{file}: terraform {line}"


def test_make_has_each_target() -> None:
    """Messages of `grid` are left out: there, "make" is a verb too."""
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    used = {(file, target) for file, target in lines(_MAKE) if not file.endswith(".py")}
    assert sorted(use for use in used if use[1] not in targets) == []


def test_command_lines_are_found() -> None:
    assert ("docs/runbooks/state.md", "state rm ADDRESS") in set(lines(_TERRAFORM))
    assert ("CHANGELOG.md", "synth") in set(lines(_MAKE))
