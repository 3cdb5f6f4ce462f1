"""The reference service measured: under load, and while PostgreSQL crashes during a migration."""

from benchmarks.reference.load import Load, asked
from benchmarks.reference.world import world


def measure(rate: float = 300, seconds: float = 10) -> Load:
    """Ask a new instance at a steady rate, in requests a second, for users in turns.

    Nine of ten users are in Redis, because another instance read them before, and none in the new
    one's memory: the first read of each comes from Redis or PostgreSQL, the others from memory.
    PostgreSQL, Redis, its TLS terminator, the service and the one who asks share this machine.
    """
    with world() as made:
        return asked(made.one.port, made.users, rate=rate, count=int(rate * seconds))
