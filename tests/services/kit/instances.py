"""Instances of the service as processes of their own, as Cloud Run starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.services.servers.process import free_port

ROOT = Path(__file__).parents[3]


@dataclass
class Instance:
    """A process that serves, and what it logged once it has ended."""

    process: subprocess.Popen[str]
    port: int
    environment: Mapping[str, str]
    log: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.request("GET", path, headers=headers)

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return httpx2.request(method, f"{self.url}{path}", timeout=60, **options)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=60)
        self.log += [json.loads(line) for line in log.splitlines()]
        return self.process.returncode


@contextmanager
def instance(environment: Mapping[str, str]) -> Iterator[Instance]:
    """Run an instance that answers until the block ends."""
    port = free_port()
    path = os.pathsep.join(
        str(ROOT / "services" / name) for name in ("ai", "api", "auth", "shared")
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "grid_shared.service"],
        env={**os.environ, **environment, "PORT": str(port), "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
    )
    started = Instance(process, port, environment)
    try:
        _wait(started)
        yield started
    finally:
        if not started.log:
            started.stop()


def _wait(started: Instance) -> None:
    deadline = time.monotonic() + 300
    while True:
        try:
            started.get("/health").raise_for_status()
        except httpx2.TransportError:
            assert started.process.poll() is None, started.process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return
