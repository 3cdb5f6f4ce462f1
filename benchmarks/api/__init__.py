"""The service api measured: under load, and while PostgreSQL crashes during a migration."""

from benchmarks.api.deployment import deployment
from benchmarks.api.load import Load, run_load


def measure(rate: float = 300, seconds: float = 10) -> Load:
    """Send a new instance requests for users at a steady rate, in requests per second.

    Nine of ten users are in Redis, because another instance read them before, and none in the new
    one's memory: the first read of each comes from Redis or PostgreSQL, the others from memory.
    PostgreSQL, Redis, its TLS terminator, the service and the load generator share this machine.
    """
    with deployment() as system:
        return run_load(system.instance.port, system.users, rate=rate, count=int(rate * seconds))
