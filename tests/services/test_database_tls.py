"""The migration job and a service verify the database's certificate.

The PostgreSQL that a wheel carries is built without TLS. So TLS ends in front of it, after the
exchange that PostgreSQL's protocol begins with ("SSL Session Encryption" in its documentation).
"""

import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest
import trustme
from starlette.testclient import TestClient

from grid_migrations.errors import UnavailableError
from grid_migrations.settings import Settings as MigrationSettings
from grid_migrations.upgrade import Migrator
from grid_shared.service import database as pools
from tests.services.kit.applications import application
from tests.services.migrations import databases
from tests.services.servers import PostgresServer

AUTHORITY = trustme.CA()
PEM = AUTHORITY.cert_pem.bytes().decode()
OTHER = trustme.CA().cert_pem.bytes().decode()


def serve(listener: socket.socket, port: int) -> None:
    """Take connections until the listener is closed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    # Another host's name, as Cloud SQL's certificate has.
    AUTHORITY.issue_cert("instance.example.com").configure_cert(context)
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            Thread(target=forward, args=(client, context, port), daemon=True).start()


def forward(client: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """One connection, until either side has enough of it."""
    with client, socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
        client.recv(8)  # SSLRequest
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as tls:
            while True:
                ready = [tls] if tls.pending() else select.select([tls, server], [], [])[0]
                for source in ready:
                    if not (data := source.recv(1 << 16)):
                        return
                    (server if source is tls else tls).sendall(data)


@pytest.fixture(scope="module")
def database(shared_postgres: PostgresServer) -> Iterator[dict[str, str]]:
    """DATABASE_URL and DATABASE_APP_USER of a database that is reached by TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=serve, args=(listener, shared_postgres.port), daemon=True).start()
        database = databases.create(shared_postgres)
        Migrator(database.settings).upgrade()
        port = listener.getsockname()[1]
        url = database.environment["DATABASE_URL"].replace(f":{shared_postgres.port}/", f":{port}/")
        yield database.environment | {"DATABASE_URL": url}
        listener.shutdown(socket.SHUT_RDWR)  # ends the thread that waits in accept


def test_job_verifies_server_certificate(database: dict[str, str]) -> None:
    Migrator(MigrationSettings.of(database | {"DATABASE_CA_CERTS": PEM})).check()
    with pytest.raises(UnavailableError, match="certificate verify failed"):
        Migrator(MigrationSettings.of(database | {"DATABASE_CA_CERTS": OTHER})).check()


@pytest.mark.parametrize(("authority", "status"), [(PEM, 200), (OTHER, 503)])
def test_service_verifies_server_certificate(
    database: dict[str, str], monkeypatch: pytest.MonkeyPatch, authority: str, status: int
) -> None:
    monkeypatch.setattr(pools, "CONNECTION_TIMEOUT", 0.9)
    with TestClient(application(database | {"DATABASE_CA_CERTS": authority})) as client:
        assert client.get("/ready").status_code == status
