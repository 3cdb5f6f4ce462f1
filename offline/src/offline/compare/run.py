"""The life of a directory with one provider."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from offline.compare.life import Life, read_plan, read_state
from offline.terraform.session import Offline

_ERROR = re.compile(
    r"^(?:\u2502 )?Error: (.*?)(?=\n(?:\u2502 )?Error: |\Z)", re.DOTALL | re.MULTILINE
)


class InitError(Exception):
    """Terraform cannot initialize the directory; the message has its errors."""


def live(
    session: Offline,
    folders: list[Path],
    *,
    plan_only: bool = False,
    destroy: bool = True,
    variables: Sequence[str] = (),
    on_progress: Callable[[str], None] = lambda _: None,
) -> list[Life]:
    """Plan and apply folders one after the other in one state, then destroy the last.

    The second and later folders are changes: their files replace those of the first. Returns a life
    for each folder; `left` is that of the last. `variables` are Terraform's options for values of
    variables. Raises InitError.
    """
    lives, place = [], folders[0]
    for folder in folders:
        if folder is not place:
            _replace(place, folder)
        if init := _errors(session.terraform("init", chdir=place, check=False)):
            raise InitError("\n".join(init))
        lives.append(_apply(session, place, variables, on_progress, plan_only=plan_only))
    if destroy and not plan_only:
        on_progress("destroy")
        last = lives[-1]
        done = session.terraform("destroy", "-auto-approve", *variables, chdir=place, check=False)
        _note(last, "destroy", done)
        last.left = session.terraform("state", "list", chdir=place, check=False).stdout.split()
    return lives


def _replace(place: Path, folder: Path) -> None:
    for file in (*place.glob("*.tf"), *place.glob("*.tf.json")):
        if not file.name.endswith("_override.tf.json"):
            file.unlink()
    for file in folder.iterdir():
        if file.is_file():
            (place / file.name).write_bytes(file.read_bytes())


def _apply(
    session: Offline,
    place: Path,
    variables: Sequence[str],
    on_progress: Callable[[str], None],
    *,
    plan_only: bool,
) -> Life:
    life = Life()
    on_progress("plan")
    done = session.terraform("plan", "-out=first.plan", *variables, chdir=place, check=False)
    if not _note(life, "plan", done):
        return life
    life.plan = read_plan(_show(session, place, "first.plan"))
    if plan_only:
        return life
    on_progress("apply")
    done = session.terraform("apply", "-auto-approve", "first.plan", chdir=place, check=False)
    _note(life, "apply", done)
    life.state = read_state(_show(session, place))
    on_progress("second plan")
    done = session.terraform("plan", "-out=second.plan", *variables, chdir=place, check=False)
    if _note(life, "second plan", done):
        second = read_plan(_show(session, place, "second.plan"))
        life.second_plan = {
            address: change.actions
            for address, change in second.items()
            if change.actions not in (["no-op"], ["read"])
        }
    return life


def _show(session: Offline, place: Path, *file: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(
        session.terraform("show", "-json", *file, chdir=place).stdout
    )
    return shown


def _note(life: Life, step: str, done: subprocess.CompletedProcess[str]) -> bool:
    if errors := _errors(done):
        life.errors[step] = errors
    return not errors


def _errors(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the errors of a command: none if it succeeded."""
    if not done.returncode:
        return []
    output = re.sub(r"^[\u2502\u2577\u2575] ?", "", done.stderr or done.stdout, flags=re.MULTILINE)
    return [error.strip() for error in _ERROR.findall(output)] or [output.strip()[-2000:]]
