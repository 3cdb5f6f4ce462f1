"""A pool of connections to PostgreSQL."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, LiteralString, Self

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from grid_shared.secrets import AsyncSecrets, SecretError
from grid_shared.service.settings import Settings

Pool = AsyncConnectionPool[AsyncConnection[DictRow]]
CONNECTION_TIMEOUT = 2.0
"""Seconds that a request waits for a connection; then the response is 503."""
STATEMENT_TIMEOUT = 2000
"""Milliseconds of one statement."""

SECRET = "database-url"  # noqa: S105 - its name
"""The secret of DATABASE_URL."""


class _Connection(AsyncConnection[DictRow]):
    """Connection with the password of the mounted DATABASE_URL, read again after a rejection."""

    @classmethod
    async def connect(cls, *args: Any, **kwargs: Any) -> Self:
        """Connect; with `secrets`, to their DATABASE_URL. If the database rejects the password,
        read the secret again and retry once with a changed password.

        Raises:
            psycopg.OperationalError: the database is unavailable, or rejects the password.
        """
        secrets: AsyncSecrets | None = kwargs.pop("secrets")
        if not secrets:
            return await super().connect(*args, **kwargs)
        url = await _read(secrets)
        try:
            return await super().connect(url, **kwargs)
        except OperationalError as error:
            if not (error.pgconn and error.pgconn.used_password):
                raise
            secrets.invalidate(SECRET)
            if (another := await _read(secrets)) == url:
                raise
        return await super().connect(another, **kwargs)


async def _read(secrets: AsyncSecrets) -> str:
    try:
        return (await secrets.get(SECRET)).text()
    except (SecretError, ValueError) as error:
        raise OperationalError(f"DATABASE_URL cannot be read ({type(error).__name__})") from error


@asynccontextmanager
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    """Create the pool. The database need not exist yet.

    The pool tests a connection before each use. So a restart or a failover of the database costs a
    reconnection, but no request.
    """
    tls: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        if settings.database_ca_certificates:
            file = Path(folder, "ca.pem")
            file.write_text(settings.database_ca_certificates, encoding="ascii")
            tls = {"sslmode": "verify-ca", "sslrootcert": str(file)}
        opened: Pool = AsyncConnectionPool(
            settings.database_url or "",
            connection_class=_Connection,
            kwargs={
                "secrets": settings.secrets,
                "application_name": settings.service,
                "connect_timeout": 5,
                "options": f"-c search_path=grid -c statement_timeout={STATEMENT_TIMEOUT}",
                "row_factory": dict_row,
                "autocommit": True,
                **tls,
            },
            min_size=1,
            max_size=settings.pool_size,
            timeout=CONNECTION_TIMEOUT,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        await opened.open()
        try:
            yield opened
        finally:
            await opened.close(timeout=1)


async def check(opened: Pool, probe: LiteralString) -> None:
    """Check that the pool has a working connection to a migrated database.

    `probe` names the columns that the service needs, so that it fails before their migration.

    Raises:
        psycopg.OperationalError: it is unavailable, or every connection is in use.
        psycopg.errors.UndefinedTable: it was not migrated yet.
        psycopg.errors.UndefinedColumn: a later migration is missing.
    """
    async with opened.connection() as connection:
        await connection.execute(probe)
