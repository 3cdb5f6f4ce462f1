"""A Redis client for what the platform puts into a container."""

import os
from collections.abc import Mapping

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def connect(environ: Mapping[str, str] = os.environ, *, connections: int = 20) -> Redis:
    """A client of REDIS_URL that trusts REDIS_CA_CERTS alone. Nothing is sent yet.

    One client serves all caches of a process. More calls than `connections` at once wait for one.
    A connection that Redis closed meanwhile is made again once, at once; more is the breaker's.

    Raises:
        ValueError: REDIS_URL is not set, or TLS has no REDIS_CA_CERTS.
    """
    url = environ.get("REDIS_URL", "")
    if not url:
        raise ValueError("REDIS_URL is not set; the platform sets it where a service has `cache`")
    authorities = environ.get("REDIS_CA_CERTS")
    tls = {}
    if url.startswith("rediss://"):
        if not authorities:
            raise ValueError("REDIS_CA_CERTS is not set, and no public authority signs Memorystore")
        # Memorystore's certificate names the instance's address in a field that Python does not
        # compare. The authority is this one instance's, so its signature is the identity.
        # Source: "In-transit encryption" of Memorystore for Redis; envoyproxy/ratelimit#409.
        tls = {"ssl_ca_data": authorities, "ssl_check_hostname": False}
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=None,
        retry=Retry(NoBackoff(), 1),
        socket_keepalive=True,
        protocol=2,
        **tls,
    )
    return Redis.from_pool(pool)
