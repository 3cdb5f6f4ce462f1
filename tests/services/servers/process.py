"""Binaries, ports, start, and stop of the test servers."""

import contextlib
import importlib.util
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

START_TIMEOUT = 30.0
"""Seconds after which a server that does not answer is an error."""


class ServerError(Exception):
    """A server could not be found or did not start; the message has its last output."""


def free_port() -> int:
    """Return a free TCP port below the range that systems hand out by themselves (from 32768)."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wheel(package: str) -> Path | None:
    """Return the folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def wait(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerError(f"{process.args!r} did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.01)


def end(process: subprocess.Popen[bytes] | None, number: signal.Signals) -> None:
    if process and process.poll() is None:
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)  # a paused server hears nothing but this and SIGKILL
        process.wait()
