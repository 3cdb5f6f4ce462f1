"""What a service says about one kind of cached thing."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheConfig:
    """How the values of one namespace are kept. Times in seconds."""

    namespace: str
    """What is cached: `users`. Lower case, digits, `_` and `-`. It is part of every Redis key."""
    version: int = 1
    """Raise it when the shape of the values changes: old entries are then never read, and
    instances of both releases run side by side."""
    ttl: float = 3600.0
    """How long a value is fresh; an hour, as in the document."""
    local_ttl: float = 60.0
    """How long this process gives a value out without asking Redis; never longer than Redis has
    it. While Redis cannot be reached this is also how old a value may be that others changed."""
    negative_ttl: float = 30.0
    """How long None, a thing that does not exist, is remembered; 0 is not at all."""
    stale: float = 600.0
    """How long after its ttl a value is still given out when it cannot be fetched; 0 is never."""
    stale_retry: float = 1.0
    """While a fetch fails, it is tried once in this time for each key, not at every call."""
    jitter: float = 0.1
    """Each ttl is drawn from ttl ± this part of it, so that what was filled together does not end
    together."""
    early: float = 1.0
    """How eagerly a value is fetched again before its end, in the background: 0 is never, 1 is the
    optimum of Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede
    Prevention" (VLDB 2015); the longer the fetch takes, the earlier."""
    soft_timeout: float = 0.05
    """How long a call waits for a fetch where an older value is within its stale limit: then it
    gets that value, and the fetch goes on."""
    fetch_timeout: float = 10.0
    """A fetch that takes longer is an error."""
    lease: float = 3.0
    """How long the lock between processes lasts if its holder does not renew it. Other processes
    wait as long as the fetch takes; one of them fetches this long after a holder was killed."""
    redis_timeout: float = 0.25
    """For one exchange with Redis, connecting included; five times an ordinary one."""
    region_timeout: float = 1.0
    """For one exchange with the Redis of another region."""
    catch_up: float = 30.0
    """How often one process of a region reads the invalidations that other regions have. This is
    how long a region keeps an old value after an invalidation did not reach it, at most 10 s more,
    while Redis can be reached."""
    local_bytes: int = 32 << 20
    """Memory for the values kept in this process, keys included; the least recently used go.
    32 MiB."""
    shared_values: bool = False
    """Whether all callers get the same object, which none may change. A hit in this process then
    decodes nothing; the object counts as ten times its encoded size. Without it every caller has
    a copy."""

    def __post_init__(self) -> None:
        """Check the limits.

        Raises:
            ValueError: with the field, what it got and what it wants.
        """
        if not re.fullmatch(r"[a-z0-9_-]{1,50}", self.namespace):
            raise ValueError(f"CacheConfig.namespace: got {self.namespace!r}, wants [a-z0-9_-]+")
        positive = ("ttl", "fetch_timeout", "redis_timeout", "stale_retry", "local_bytes", "lease")
        for name in (*positive, "region_timeout", "catch_up"):
            if getattr(self, name) <= 0:
                raise ValueError(f"CacheConfig.{name}: got {getattr(self, name)}, wants above 0")
        for name in ("local_ttl", "negative_ttl", "stale", "early", "soft_timeout"):
            if getattr(self, name) < 0:
                raise ValueError(f"CacheConfig.{name}: got {getattr(self, name)}, wants 0 or more")
        if not 0 <= self.jitter < 1:
            raise ValueError(f"CacheConfig.jitter: got {self.jitter}, wants 0 to below 1")

    @property
    def prefix(self) -> str:
        """In front of every key in Redis."""
        return f"cache:{self.namespace}:v{self.version}"

    @property
    def tag_prefix(self) -> str:
        """In front of every tag in Redis; all versions have the same tags."""
        return f"cache:{self.namespace}:tag:"

    @property
    def versions(self) -> str:
        """The set in Redis of the versions with entries: an invalidation drops those of all."""
        return f"cache:{self.namespace}:versions"
