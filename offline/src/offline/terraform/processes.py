"""Signals for a child process, and the lock of a folder."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from offline.problems import CommandError


class SessionBusyError(CommandError):
    """Another process uses the folder."""


@contextmanager
def forward_signals(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave ctrl-C to the child, and forward SIGTERM and SIGHUP (main thread only)."""

    def pass_on(number: int, _: object) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None)}
    for name in ("SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            before[number] = signal.signal(number, pass_on)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock a folder for this process, if the system has file locks.

    Raises:
        SessionBusyError: another process has locked it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        yield
        return
    with (folder / "process").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise SessionBusyError(
                f"Folder {folder} is in use by process {file.read().strip() or '?'}",
                advice="Wait until the process ends, or choose another folder: --world, "
                "OFFLINE_WORLD, or --data-dir of offline serve",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
