"""Redis client, configured by the environment variables of a container."""

import asyncio
import os
import ssl
from collections.abc import Mapping
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import AbstractConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import AuthenticationError, RedisError

from grid_shared.secrets.asynchronous import AsyncSecrets
from grid_shared.secrets.errors import SecretError

CONNECTIONS = 8
"""Connections of a client. A new connection costs the event loop more than several reads. So a
call that waits for a connection is answered sooner than one that opens another.
"""
URL, CA_CERTS = "REDIS_URL", "REDIS_CA_CERTS"
"""Variables of a region's Redis. Those of other regions end with `_<REGION>`."""
OTHER_CONNECTIONS = 2
"""Connections of a client of another region, which gets invalidations only."""
WARM_UP_TIMEOUT = 1.0
"""Seconds for opening the connections in advance."""


class _Connection(SSLConnection):
    """A connection with its client's TLS context.

    redis-py creates a context for each connection. This blocks the event loop for 20 ms to read the
    system's authorities, and the context then trusts them in addition to the given one.
    """

    def __init__(self, *, context: ssl.SSLContext, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.ssl_context.context = context

    async def disconnect(
        self,
        nowait: bool = False,  # noqa: FBT001, FBT002 - the signature of redis-py
        *arguments: Any,
        **options: Any,
    ) -> None:
        """Close the connection; with `nowait`, which redis-py sets after an error, abort it.

        Without the abort, asyncio waits 30 s for the end of TLS from a server that may not exist
        any more. The socket stays open meanwhile, also past the end of the event loop.
        """
        if nowait and self._writer:
            self._writer.transport.abort()
        await super().disconnect(nowait, *arguments, **options)


class Password(CredentialProvider):
    """Password of REDIS_URL, read for each connection, and again after Redis rejects it."""

    def __init__(self, secrets: AsyncSecrets, secret: str) -> None:
        self._secrets, self._secret = secrets, secret

    async def get_credentials_async(self) -> tuple[str] | tuple[str, str]:
        """Return the password, after the user if the URL has one.

        Raises:
            redis.RedisError: it cannot be read.
        """
        try:
            url = parse_url((await self._secrets.get(self._secret)).text())
        except (SecretError, ValueError) as error:
            raise RedisError(f"REDIS_URL cannot be read ({type(error).__name__})") from error
        user, password = url.get("username"), str(url.get("password", ""))
        return (str(user), password) if user else (password,)

    async def authenticate(self, connection: AbstractConnection) -> None:
        """Begin a connection. redis-py tries once more after an error: then with the new password.

        Raises:
            redis.AuthenticationError: Redis rejects the password.
        """
        try:
            await connection.on_connect()
        except AuthenticationError:
            self._secrets.invalidate(self._secret)
            raise


def connect(
    environ: Mapping[str, str] = os.environ,
    *,
    connections: int = CONNECTIONS,
    secrets: AsyncSecrets | None = None,
    region: str = "",
) -> Redis:
    """Create a client of REDIS_URL that trusts REDIS_CA_CERTS only. Nothing is sent yet.

    One client serves all caches of a process. At most `connections` calls run at once, and further
    calls wait. Each cache has one more connection, for its subscription. The client reopens a
    closed connection once, without a delay; the breaker handles further failures. Calls of a cache
    have a timeout; use `asyncio.timeout` for others. With `secrets`, the password is that of the
    secret `redis-url`, so that a rotation needs no restart, and `environ` has the rest of the URL.
    `region` is another region.

    Raises:
        ValueError: REDIS_URL is missing or invalid, or TLS has no REDIS_CA_CERTS in PEM. The
            message begins with the name of the variable and has no part of its value.
    """
    suffix = f"_{region.upper().replace('-', '_')}" if region else ""
    variable = URL + suffix
    url = environ.get(variable, "")
    if not url:
        raise ValueError(f"{variable} is not set; the platform sets it where a service has `cache`")
    authorities = environ.get(CA_CERTS + suffix)
    try:
        arguments: dict[str, Any] = dict(parse_url(url))
    except ValueError:
        # The error of redis-py can repeat the password.
        raise ValueError(f"{variable} is no Redis URL: rediss://:<password>@<host>:6379") from None
    if url.startswith("rediss://"):
        if not authorities:
            raise ValueError(
                f"{CA_CERTS}{suffix} is not set, and no public authority signs Memorystore"
            )
        try:
            context = ssl.create_default_context(cadata=authorities)
        except ssl.SSLError as error:
            raise ValueError(f"{CA_CERTS}{suffix} has no certificate in PEM: {error}") from error
        # Memorystore's certificate names the instance's address in a field that Python does not
        # compare. The authority is this one instance's, so its signature is the identity.
        # Source: "In-transit encryption" of Memorystore for Redis; envoyproxy/ratelimit#409.
        context.check_hostname = False
        arguments |= {"connection_class": _Connection, "context": context}
    if secrets:
        password = Password(secrets, variable.lower().replace("_", "-"))
        arguments = {k: v for k, v in arguments.items() if k not in {"username", "password"}}
        arguments |= {
            "credential_provider": password,
            "redis_connect_func": password.authenticate,
        }
    pool = BlockingConnectionPool(
        **arguments,
        max_connections=connections,
        timeout=None,
        # With a timeout of its own redis-py sends by asyncio.wait_for, which up to Python 3.11
        # may swallow a cancellation: then ours would not end a read of a Redis that hangs.
        socket_timeout=None,
        retry=Retry(NoBackoff(), 1),
        socket_keepalive=True,
        protocol=2,
    )
    return Redis.from_pool(pool)


def connect_others(
    environ: Mapping[str, str] = os.environ, *, secrets: AsyncSecrets | None = None
) -> dict[str, Redis]:
    """Create clients of the Redis of other regions, by region: of each REDIS_URL_<REGION>.

    Raises:
        ValueError: as `connect`.
    """
    names = sorted(name.removeprefix(f"{URL}_") for name in environ if name.startswith(f"{URL}_"))
    regions = [name.lower().replace("_", "-") for name in names]
    return {
        region: connect(environ, connections=OTHER_CONNECTIONS, secrets=secrets, region=region)
        for region in regions
    }


async def warm_up(redis: Redis) -> None:
    """Open the connections of a client, so that no read has to.

    Otherwise all reads that wait during a pause of the machine would connect at once after it.

    Raises:
        OSError, redis.RedisError: Redis is unavailable.
    """
    count = min(redis.connection_pool.max_connections, CONNECTIONS)
    async with asyncio.timeout(WARM_UP_TIMEOUT):
        await asyncio.gather(*(redis.ping() for _ in range(count)))
