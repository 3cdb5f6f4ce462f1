"""One process of a genuine provider."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offline.protocol.http2 import CallError

_REATTACH = re.compile(rb"TF_REATTACH_PROVIDERS='(.+)'")
_LONGEST = 3000
"""Characters of a crash that are shown."""
_GUARD = (
    "import os, signal, sys\nsys.stdin.read()\ntry: os.kill(int(sys.argv[1]), signal.SIGKILL)\n"
    "except OSError: pass"
)
"""A provider does not notice that the process that started it is gone; this one does."""


class ProgramError(Exception):
    """A provider's program does not start, or ended by itself; the message has what it said."""


class Program:
    """A running provider.

    `-debug` has it print where it listens, and continue when Terraform leaves (tf5server.
    WithManagedDebug of terraform-plugin-go).

    Raises:
        ProgramError: it does not start.
    """

    def __init__(self, program: Path, folder: Path, environ: Mapping[str, str]) -> None:
        self.busy = 0
        """Calls that it works on."""
        self.used = time.monotonic()
        """When the last call ended."""
        self.configured = b""
        """Its answer to Configure."""
        self._path, self._lock, self._crash = program, threading.Lock(), ""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the process)
        # With -debug the plugin SDK writes a trace of every call, unless a level is set.
        is_logged = any(environ.get(name) for name in ("TF_LOG", "TF_LOG_PROVIDER"))
        level = "TRACE" if is_logged else "ERROR"
        self._process = subprocess.Popen(  # noqa: S603
            [program, "-debug"],
            cwd=folder,
            env={"TF_LOG_SDK": level, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if is_logged else self._errors,
        )
        self._guard = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", "-c", _GUARD, str(self._process.pid)],
            stdin=subprocess.PIPE,
        )
        self._channel = _channel(self._listening())

    @property
    def has_ended(self) -> bool:
        """Report whether the process ended by itself."""
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def call(self, method: str, request: bytes) -> bytes:
        """Return the answer to a call.

        Raises:
            CallError: it is no message.
        """
        import grpc  # noqa: PLC0415 (embedded providers do without)

        try:
            result: bytes = self._channel.unary_unary(method)(request)
        except grpc.RpcError as error:
            raise CallError(error.code().value[0], error.details() or "") from None
        return result

    def release(self) -> None:
        """Note that a call ended."""
        with self._lock:
            self.busy, self.used = self.busy - 1, time.monotonic()

    def end(self) -> None:
        """End the process."""
        self._channel.close()
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._guard.kill()
        self._guard.communicate()
        if self._process.stdout:
            self._process.stdout.close()
        self._errors.close()

    def crash(self) -> str:
        """Return what it said before it ended, and clear up."""
        with self._lock:
            if not self._crash:
                code = self._process.wait()
                self._crash = f"{self._path.name} ended with exit code {code}: {self._said()}"
                self.end()
            return self._crash

    def _listening(self) -> str:
        """Return where it listens, as gRPC has it. Raises ProgramError."""
        printed = b""
        for line in self._process.stdout or ():
            printed += line
            if found := _REATTACH.search(line):
                held = next(iter(json.loads(found[1]).values()))["Addr"]
                prefix = "unix:" if held["Network"] == "unix" else ""
                return f"{prefix}{held['String']}"
        code = self._process.wait()
        text = printed.decode("utf-8", "replace").strip() + self._said()
        self._close()
        raise ProgramError(f"{self._path} does not start (exit code {code}): {text}")

    def _said(self) -> str:
        """Return its standard error: from a panic on, if there is one, else its last lines."""
        self._errors.seek(0)
        text = self._errors.read().decode("utf-8", "replace").strip()
        panic = re.search(r"^(?:panic|fatal error): ", text, re.MULTILINE)
        return text[panic.start() :][:_LONGEST] if panic else text[-_LONGEST:]


def _channel(address: str) -> Any:
    import grpc  # noqa: PLC0415 (embedded providers do without)

    unlimited = [(f"grpc.max_{way}_message_length", -1) for way in ("send", "receive")]
    return grpc.insecure_channel(address, unlimited)
