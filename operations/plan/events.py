"""Runs a Terraform command that takes long, and follows what it says of itself (`-json`).

Terraform writes to a file and not to a pipe: when `grid` is killed it continues, ends well and
releases its lock, where a closed pipe would end it in the middle of a change.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from contract.protection import protection_help
from operations.core import terraform
from operations.core.errors import FailedError

Event = dict[str, Any]

_POLL_SECONDS = 0.1  # seconds between two looks at the file
_PRIVATE = 0o077  # plans hold sensitive values, in clear
_LOCK = re.compile(r"^\s*(ID|Operation|Who|Created):\s+(.*?)\s*$", re.MULTILINE)


class TerraformError(FailedError):
    """Terraform ended with errors; the message has them."""


class LockedError(TerraformError):
    """Somebody else holds the lock of the state."""


def follow(
    *arguments: str,
    directory: Path,
    log: Path,
    values: Mapping[str, str],
    on_event: Callable[[Event], object],
) -> None:
    """Run a command with `-json` in a directory; `on_event` gets each event while it runs.

    `values` are those of `secret_values`. `log` is where Terraform writes; it is replaced. The
    events are those of Terraform's "Machine-Readable UI".

    Raises:
        UsageError: there is no Terraform.
        LockedError: another process holds the lock of the state.
        TerraformError: it failed, or was interrupted.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    log.touch(0o600)
    errors: list[str] = []

    def handle(event: Event) -> None:
        on_event(event)
        if event.get("type") == "diagnostic" and event.get("@level") == "error":
            diagnostic = event["diagnostic"]
            place = f"{diagnostic['address']}: " if "address" in diagnostic else ""
            detail = f"\n{diagnostic['detail']}" if diagnostic.get("detail") else ""
            errors.append(f"{place}{diagnostic['summary']}{detail}")

    with log.open("rb") as written, log.open("ab") as out:
        command = [terraform.program(), arguments[0], "-json", *arguments[1:]]
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=directory,
            env=terraform.variables(values),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            umask=_PRIVATE,
            start_new_session=True,  # a closed terminal would kill it, with the state locked
        )
        lines = _Lines(written)
        code = None
        while code is None:
            code = _poll(process)
            for event in lines.read():
                handle(event)
    if code:
        raise _failure(arguments[0], code, errors or lines.others, log, directory.name)


class _Lines:
    """What a process has written to a file since the last look."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._rest = file, b""
        self.others: list[str] = []
        """Lines that are no events: what Terraform says before it knows `-json`."""

    def read(self) -> Iterator[Event]:
        *whole, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in whole:
            try:
                event = json.loads(line)
            except ValueError:
                self.others.append(line.decode("utf-8", "replace"))
            else:
                yield event


def _poll(process: subprocess.Popen[bytes]) -> int | None:
    """Wait a moment; return the exit code if there is one.

    An interrupt is passed on: Terraform ends what it is about, and releases its lock. It is waited
    for, and its exit code says that it was interrupted. A second one ends it at once.
    """
    try:
        return process.wait(_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        return None


def _failure(
    command: str, code: int, errors: list[str], log: Path, environment: str
) -> TerraformError:
    errors_text = "\n".join(errors).strip()[-4000:] or f"it said nothing; see {log}"
    message = f"terraform {command} ended with {code}:\n{errors_text}"
    if "Saved plan is stale" in errors_text:
        return TerraformError(message, advice="plan again: the state changed after the plan")
    if "acquiring the state lock" not in errors_text:
        fix = (
            protection_help(errors_text)
            or "correct what the message names, and run the command again"
        )
        return TerraformError(message, advice=fix)
    lock = dict(_LOCK.findall(errors_text))
    return LockedError(
        f"the state is locked by {lock.get('Who', 'somebody')} since {lock.get('Created', '?')} "
        f"for {lock.get('Operation', 'an operation')}; lock {lock.get('ID', '?')}",
        advice="wait for its end; only when that process is surely dead: "
        f"grid unlock {environment} --reason REASON",
    )
