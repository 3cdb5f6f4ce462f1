"""Configuration of the cache of one namespace."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheConfig:
    """Limits for the values of one namespace. Times are in seconds."""

    namespace: str
    """What is cached: `users`. Lower case, digits, `_` and `-`. It is part of every Redis key."""
    version: int = 1
    """Raise it when the shape of the values changes. Old entries are then never read, and instances
    of both releases can run at the same time."""
    ttl: float = 3600.0
    """Time for which a value is fresh. The default is that of the architecture spec: 1 h."""
    local_ttl: float = 60.0
    """Time for which this process returns a value without a request to Redis, at most until Redis
    drops it. While Redis is unreachable, an outdated value is used for at most this time."""
    negative_ttl: float = 30.0
    """Time for which None is cached, for an object that does not exist; 0 caches no None."""
    stale: float = 600.0
    """Time after its ttl for which a value is returned if it cannot be fetched; 0 is never."""
    stale_retry: float = 1.0
    """Time between two attempts of a fetch that fails, for each key."""
    jitter: float = 0.1
    """Random part of each ttl: 0.1 is ttl ± 10%. Values that were stored together then expire at
    different times."""
    early: float = 1.0
    """Factor of the early refresh in the background: 0 is never, 1 is the optimum of Vattani,
    Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention" (VLDB 2015). The
    longer a fetch takes, the earlier it begins."""
    soft_timeout: float = 0.05
    """Time that a call waits for a fetch if an older value is within its stale limit. The call then
    returns that value, and the fetch continues."""
    fetch_timeout: float = 10.0
    """Timeout of a fetch."""
    lease: float = 3.0
    """Time after which the lock between processes expires if its holder does not renew it. Other
    processes wait as long as the fetch takes. If the holder was killed, one of them fetches after
    this time."""
    redis_timeout: float = 0.25
    """Timeout of one exchange with Redis, including the connection: five times a typical one."""
    region_timeout: float = 1.0
    """Timeout of one exchange with the Redis of another region."""
    catch_up: float = 30.0
    """Interval at which one process of a region reads the invalidations of other regions. A region
    that missed an invalidation keeps an old value for this time and at most 10 s more, while Redis
    is reachable."""
    local_bytes: int = 32 << 20
    """Memory in bytes for values and keys in this process, default 32 MiB. The least recently used
    values are dropped first."""
    shared_values: bool = False
    """Whether all callers get the same object, which they must not change. A hit in this process
    then decodes nothing, and the object counts as ten times its encoded size. Otherwise every
    caller gets a copy."""

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
        """Prefix of every key in Redis."""
        return f"cache:{self.namespace}:v{self.version}"

    @property
    def tag_prefix(self) -> str:
        """Prefix of every tag in Redis. All versions share the tags."""
        return f"cache:{self.namespace}:tag:"

    @property
    def versions(self) -> str:
        """Key of the Redis set of versions with entries. An invalidation covers all versions."""
        return f"cache:{self.namespace}:versions"
