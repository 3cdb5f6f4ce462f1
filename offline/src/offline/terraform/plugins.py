"""Genuine providers behind addresses that Terraform attaches to, kept between commands.

Terraform opens a connection for each provider configuration, several times in a command, and closes
none before its end. A provider keeps one configuration for its whole process (`meta` of
helper/schema/provider.go in terraform-plugin-sdk). So calls go to a process that has the
configuration of their connection; connections with equal configurations share it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from offline.protocol.http2 import INTERNAL, Answer, CallError, Server
from offline.protocol.messages import message_class
from offline.protocol.server import PROVIDER, find_plugin_call
from offline.terraform.programs import Program, ProgramError

_THREADS = 64
"""Calls at a time: `terraform apply -parallelism` at most."""
_PROCESSES = 8
"""Processes of a session that stay when they have nothing to do."""
_CONFIGURE, _SCHEMA = f"{PROVIDER}Configure", f"{PROVIDER}GetSchema"


class Plugins:
    """The genuine providers of one session."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._plugins: list[Plugin] = []

    @contextmanager
    def serve(
        self, program: Callable[[], Path], folder: Path, environ: Mapping[str, str]
    ) -> Iterator[str]:
        """Serve a provider until the block ends, and yield where Terraform finds it.

        `program` is asked for at the first call. It runs in `folder`, where it finds the files that
        a configuration names, with the variables `environ`.
        """
        plugin = Plugin(program, folder, environ, self._limit)
        with self._lock:
            self._plugins.append(plugin)
        server = Server(plugin.find, ThreadPoolExecutor(_THREADS))
        try:
            yield server.address
        finally:
            server.close()
            plugin.end()

    def _limit(self) -> None:
        """End processes that have nothing to do, those first that have had nothing for longest."""
        with self._lock:
            running = [(plugin, one) for plugin in self._plugins for one in plugin.running()]
            running.sort(key=lambda each: each[1].used)
            for plugin, one in running[: max(len(running) - _PROCESSES, 0)]:
                plugin.end(one)


class Plugin:
    """One provider of one directory: passes calls on to its processes."""

    def __init__(
        self,
        program: Callable[[], Path],
        folder: Path,
        environ: Mapping[str, str],
        started: Callable[[], None],
    ) -> None:
        """Keep what a process needs; `started` is called after each start of one."""
        self._program, self._folder, self._environ = program, folder, environ
        self._started = started
        self._lock = threading.RLock()
        self._configurations: dict[str, bytes] = {}
        """The configuration of each connection."""
        self._programs: dict[bytes, Program] = {}
        """Processes by their configuration."""
        self._schema = b""

    def running(self) -> list[Program]:
        """Return the processes."""
        with self._lock:
            return list(self._programs.values())

    def end(self, only: Program | None = None) -> None:
        """End a process that has nothing to do, or every process."""
        with self._lock:
            for key, program in list(self._programs.items()):
                if only is None or (program is only and not program.busy):
                    del self._programs[key]
                    program.end()

    def find(self, method: str) -> Answer:
        """Return what answers a method of Terraform. Raises CallError."""
        is_provider = method.startswith(PROVIDER)
        return partial(self._call, method) if is_provider else find_plugin_call(method)

    def _call(self, method: str, request: bytes, peer: str) -> bytes:
        if method == _SCHEMA and self._schema:
            return self._schema
        if method == _CONFIGURE:
            read = message_class("Configure.Request").decode(request)
            vars(read).pop("client_capabilities", None)  # they differ between plan and apply
            self._configurations[peer] = read.encode()
        try:
            with self._used(self._configurations.get(peer, b"")) as program:
                if method == _CONFIGURE and not program.configured:
                    return b""  # it has this configuration, without a warning or an error
                answer = program.call(method, request)
        except (ProgramError, OSError) as error:
            print(f"offline: {error}", file=sys.stderr)
            raise CallError(INTERNAL, str(error)) from None
        if method == _SCHEMA:
            self._schema = answer
        return answer

    @contextmanager
    def _used(self, configuration: bytes) -> Iterator[Program]:
        """Keep a process with a configuration while a call lasts; without one, any process."""
        with self._lock:
            program = self._programs.get(configuration)
            if program is None and not configuration and self._programs:
                program = next(iter(self._programs.values()))
            is_new = program is None and b"" not in self._programs
            if program is None:
                program = self._programs.pop(b"", None) or Program(
                    self._program(), self._folder, self._environ
                )
                if configuration:
                    program.configured = program.call(_CONFIGURE, configuration)
                self._programs[configuration] = program
            program.busy += 1
        if is_new:
            self._started()
        try:
            yield program
        except CallError:
            if program.has_ended:
                with self._lock:
                    kept = self._programs.items()
                    self._programs = {key: one for key, one in kept if one is not program}
                raise ProgramError(program.crash()) from None
            raise
        finally:
            program.release()
