"""psql through the Cloud SQL Auth Proxy, logged in with IAM: there is no password."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.core.errors import FailedError

PROXY, PSQL = "cloud-sql-proxy", "psql"
_READY = "ready for new connections"
"""What the proxy prints once it listens (cloud-sql-proxy v2, cmd/root.go)."""
_ADVICE = {
    PROXY: "Install it (https://cloud.google.com/sql/docs/postgres/sql-proxy#install), and add its "
    "folder to PATH",
    PSQL: "Install the client of PostgreSQL, such as the package postgresql-client",
}


@dataclass(frozen=True, kw_only=True)
class Login:
    """Which database to connect to, and as whom."""

    connection_name: str
    """`<project>:<region>:<instance>`."""
    user: str
    """Database user, which IAM authenticates."""
    database: str


def open_shell(login: Login, arguments: Sequence[str] = ()) -> None:
    """Run psql until it ends, with its standard streams.

    The proxy listens on a socket in a folder of this user: a port of this machine would let every
    user of it log in.

    Raises:
        FailedError: a program is missing, the proxy does not start, or psql failed.
    """
    psql, proxy = _find(PSQL), _find(PROXY)
    with TemporaryDirectory(prefix="grid-") as folder:
        socket = Path(folder, "db")
        with _proxy(proxy, login.connection_name, socket):
            # Other variables of libpq could choose another server or user.
            own = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
            connection = {
                "PGHOST": str(socket),
                "PGUSER": login.user,
                "PGDATABASE": login.database,
                "PGSSLMODE": "disable",  # libpq has no TLS on a socket; the proxy adds it
                "PGAPPNAME": "grid db connect",
            }
            with _left_to_psql(signal.SIGINT):
                code = subprocess.run(  # noqa: S603 (psql of PATH, arguments of the operator)
                    [psql, *arguments], env=own | connection, check=False
                )
    if code.returncode:
        raise FailedError(
            f"The program psql ended with exit code {code.returncode}",
            advice="Read what psql prints above. The database has a private address: connect "
            "from a network that reaches its VPC, such as by VPN",
        )


def _find(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise FailedError(f"The program {program} is not on PATH", advice=_ADVICE[program])
    return path


@contextmanager
def _proxy(program: str, connection_name: str, socket: Path) -> Iterator[None]:
    """Run the proxy, which ends with the block.

    Raises:
        FailedError: it ended before it was ready.
    """
    with subprocess.Popen(  # noqa: S603 (the program of PATH)
        [
            program,
            "--auto-iam-authn",
            "--private-ip",
            f"{connection_name}?unix-socket-path={socket}",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for psql
    ) as process:
        lines = iter(process.stdout or ())
        output: list[str] = []
        try:
            for line in lines:
                output.append(line.rstrip())
                if _READY in line:
                    break
            else:
                raise FailedError(
                    f"The Cloud SQL Auth Proxy ended with exit code {process.wait()}: "
                    f"{' / '.join(output[-3:])}",
                    advice="Run gcloud auth application-default login, and check that you have "
                    "roles/cloudsql.client",
                )
            # A full pipe would stop the proxy.
            drain = threading.Thread(target=lambda: [*lines])
            drain.start()
            try:
                yield
            finally:
                process.terminate()
                drain.join()
        finally:
            process.terminate()


@contextmanager
def _left_to_psql(number: signal.Signals) -> Iterator[None]:
    """Do nothing at Ctrl-C, with which psql cancels a statement."""
    before = signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(number, before)
