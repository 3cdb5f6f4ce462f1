"""Runs `grid` against the local Google: in this process, or in one that may be killed."""

import io
import json
import multiprocessing
import re
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contract.command_permissions import COMMAND_NEEDS
from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from operations.cli import main
from operations.commands import COMMANDS
from operations.core.runtime import Runtime
from tests.operations.platform import START, write_environment

KILLED = -9
TIMEOUT = 0.5
"""Seconds after which a request that hangs is given up; the local Google needs far less."""
PATIENCE = 30
"""The same where no request hangs, so that a busy machine fails no test."""


@dataclass
class Clock:
    """A clock on which waiting takes no time."""

    passed: float = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


_MAX_CODE = 5
_FORMAT = re.compile(r"^Error: \S.*\n  --> grid .*\n(  .*\n|\n)*help: \S", re.MULTILINE)


@dataclass
class CommandResult:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    def __post_init__(self) -> None:
        """Check that a failure is reported in the one format; a parser has its own."""
        if 0 < self.code <= _MAX_CODE and "Usage: " not in self.stderr:
            assert _FORMAT.search(self.stderr), self.stderr

    @property
    def json(self) -> dict[str, Any]:
        """What `--json` printed."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found


@dataclass
class Grid:
    """The command, with the folder and the outputs that it works with."""

    server: Server
    folder: Path
    outputs: Path
    answers: list[str] = field(default_factory=list)
    """What a person types, in the order of the questions."""

    def __call__(self, *arguments: str) -> CommandResult:
        """Run a command on `test` here; `arguments` as on a command line, without the outputs.

        Every request has to be listed in `contract.command_permissions`.
        """
        before = len(self.server.requests)
        result = self._run(self._arguments(arguments))
        if needs := COMMAND_NEEDS.get(arguments[0]):
            called = {request.method for request in self.server.requests[before:]}
            assert sorted(called - set(needs.methods)) == [], "not in COMMAND_NEEDS"
        return result

    def bare(self, *arguments: str) -> CommandResult:
        """Run a command here that takes no outputs."""
        return self._run(list(arguments))

    def _run(self, arguments: list[str]) -> CommandResult:
        result = _run(arguments, self.server.url, self.folder, self.answers, self._timeout)
        if arguments[0] in COMMAND_NEEDS:
            assert result.code in COMMANDS[arguments[0]].exit_codes, "not in its help"
        return result

    @property
    def _timeout(self) -> float:
        """Seconds that a request may take."""
        return TIMEOUT if "hang" in self.server.faults.kinds else PATIENCE

    def mortal(self, *arguments: str) -> CommandResult:
        """Run a command in a process of its own, which the faults `kill` and `kill-after` end."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            [__name__, "operations.core.session", "operations.core.options"]
        )
        ours, theirs = context.Pipe(duplex=False)
        arguments_ = self._arguments(arguments)
        process = context.Process(
            target=_child,
            args=(
                theirs,
                arguments_,
                self.server.url,
                self.folder,
                self.answers,
                self._timeout,
            ),
        )
        process.start()
        theirs.close()
        self.server.client(process.pid or 0)
        try:
            result: CommandResult = ours.recv()
        except EOFError:
            result = CommandResult(KILLED, "", "")
        ours.close()
        process.join()
        if process.exitcode not in {0, KILLED}:
            raise AssertionError(f"the process ended with {process.exitcode}")
        process.close()
        return result

    def through(self, faults: Iterable[Fault], *arguments: str) -> list[CommandResult]:
        """Run a mortal command while these faults happen, and once more without: that ends well."""
        self.server.faults = Script(faults)
        first = self.mortal(*arguments)
        self.server.faults = Script()
        second = self.mortal(*arguments)
        assert second.code == 0, f"{first}\n{second}"
        return [first, second]

    def _arguments(self, arguments: Sequence[str]) -> list[str]:
        return [*arguments, f"--outputs={self.outputs}"]


def _child(pipe: Any, *arguments: Any) -> None:
    # As in a terminal: a runner in the background ignores them, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    pipe.send(_run(*arguments))
    pipe.close()


def _run(
    arguments: list[str], url: str, folder: Path, answers: list[str], timeout_seconds: float
) -> CommandResult:
    typed = iter(answers)
    runtime = Runtime(
        clock=Clock(),
        endpoint=url,
        folder=folder,
        stacks=folder / "stacks",
        environments=write_environment(folder.parent / "environments"),
        timeout_seconds=timeout_seconds,
        prompt=lambda _: next(typed),
        is_interactive=lambda: bool(answers),
        resolve=lambda _: ["203.0.113.7"],
    )
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments, runtime)
    sys.stdout.flush()
    return CommandResult(code, out.getvalue(), err.getvalue())
