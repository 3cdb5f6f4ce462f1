"""Programs of providers that run between commands, and that Terraform attaches to.

Terraform opens one connection for each provider configuration, and a provider keeps one
configuration for a whole process (helper/schema/provider.go of terraform-plugin-sdk keeps `meta`).
So each connection gets a process of its own, and a process serves one connection after the other.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_REATTACH = re.compile(rb"TF_REATTACH_PROVIDERS='(.+)'")
_PART = 1 << 16
_LONGEST = 8000
"""Bytes of a crash that are shown."""


class PluginError(Exception):
    """A provider's program does not start; the message says what it printed."""


@dataclass
class _Process:
    """A running provider and where it listens."""

    process: subprocess.Popen[bytes]
    network: str
    address: str
    errors: Any
    """A file with its standard error."""

    def connect(self) -> socket.socket:
        """Open a connection. Raises OSError."""
        if self.network == "unix":
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(self.address)
            return connection
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)))

    def end(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.errors.close()


class Plugin:
    """A provider's program behind one address.

    `program` is asked for at the first connection. It runs in `folder`, where it finds the files
    that a configuration names, with the variables `environ`.
    """

    def __init__(
        self, program: Callable[[], Path], folder: Path, environ: Mapping[str, str]
    ) -> None:
        self._program, self._folder, self._environ = program, folder, environ
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._all: list[_Process] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    @property
    def address(self) -> str:
        """Where Terraform finds it: host and port."""
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    @property
    def started(self) -> int:
        """How many processes were started."""
        return len(self._all)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Serve until the block ends, and yield the address."""
        try:
            threading.Thread(target=self._listen, daemon=True).start()
            yield self.address
        finally:
            self._listener.close()
            for process in self._all:
                process.end()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        """Connect a client to a process of its own until it leaves."""
        with client, contextlib.suppress(OSError):
            with self._lock:
                process = self._idle.pop() if self._idle else None
            try:
                process = process or self._start()
            except (PluginError, OSError) as error:
                print(f"offline: {error}", file=sys.stderr)
                return
            with process.connect() as provider:
                back = threading.Thread(target=_copy, args=(provider, client), daemon=True)
                back.start()
                _copy(client, provider)
                back.join()
            if process.process.poll() is None:
                with self._lock:
                    self._idle.append(process)
            else:
                _report(process)

    def _start(self) -> _Process:
        program = self._program()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (it is the process's)
        process = subprocess.Popen(  # noqa: S603
            [program, "-debug"],
            cwd=self._folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        printed = b""
        for line in process.stdout or ():
            printed += line
            if found := _REATTACH.search(line):
                held = next(iter(json.loads(found[1]).values()))["Addr"]
                started = _Process(process, held["Network"], held["String"], errors)
                with self._lock:
                    self._all.append(started)
                return started
        process.wait()
        errors.seek(0)
        told = (printed + errors.read())[-_LONGEST:].decode("utf-8", "replace").strip()
        errors.close()
        code = process.returncode
        raise PluginError(f"{program} does not start (exit code {code}): {told}")


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy what arrives until one side closes, then close the other's reading end."""
    with contextlib.suppress(OSError):
        while part := source.recv(_PART):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _report(process: _Process) -> None:
    """Print what a provider said that ended by itself."""
    process.errors.seek(0)
    told = process.errors.read()[:_LONGEST].decode("utf-8", "replace").strip()
    if process.process.returncode >= 0:
        code = process.process.returncode
        print(f"offline: the provider ended with exit code {code}\n{told}", file=sys.stderr)
