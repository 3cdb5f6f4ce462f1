"""Invalidations in the Redis of one region, which other regions can read."""

from collections.abc import Iterable, Iterator, Sequence

from grid_shared.cache.config import CacheConfig
from grid_shared.cache.message import BATCH, Message
from grid_shared.cache.redis_link import RedisLink

KEPT_MS = 600_000
"""Milliseconds that messages are kept for other regions."""
KEPT = 20_000
"""Messages that are kept for them, at most."""
OVERLAP_MS = 60_000
"""Milliseconds that are read again, in case the clock of Redis was set back."""

_DROP = """
-- What another program left under these names would stop every invalidation.
for number, type in ipairs({'set', false, 'zset', 'string'}) do
    local actual = KEYS[number] and type and redis.call('TYPE', KEYS[number]).ok or 'none'
    if actual ~= 'none' and actual ~= type then redis.call('UNLINK', KEYS[number]) end
end
redis.call('SADD', KEYS[1], ARGV[2])
local versions = redis.call('SMEMBERS', KEYS[1])
local function drop(keys)
    for _, version in ipairs(versions) do
        for _, key in ipairs(keys) do
            local name = ARGV[1] .. version .. ':' .. key
            redis.call('UNLINK', name, 'lock:' .. name)
        end
    end
end
"""
_DROP_KEYS = _DROP + "drop({unpack(ARGV, 3)})"
_APPLY = (
    _DROP
    + """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept_ms, kept = tonumber(ARGV[3]), tonumber(ARGV[4])
for i = 5, #ARGV do
    if kept == 0 or redis.call('ZADD', KEYS[3], 'NX', now, ARGV[i]) == 1 then
        local message = cjson.decode(ARGV[i])
        drop(message.keys)
        for _, tag in ipairs(message.tags or {}) do
            redis.call('UNLINK', KEYS[5] .. tag)
        end
        redis.call('PUBLISH', KEYS[2], ARGV[i])
    end
end
if kept == 0 then return end
local old = redis.call('ZCOUNT', KEYS[3], '-inf', now - kept_ms)
old = math.max(old, redis.call('ZCARD', KEYS[3]) - kept)
if old > 0 then
    redis.call('SET', KEYS[4], redis.call('ZRANGE', KEYS[3], old - 1, old - 1, 'WITHSCORES')[2])
    redis.call('ZREMRANGEBYRANK', KEYS[3], 0, old - 1)
end
"""
)
_READ = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local removed = redis.call('GET', KEYS[2])
if removed and (ARGV[1] == '' or tonumber(ARGV[1]) < tonumber(removed)) then
    return {now, false}
end
local from = ARGV[1] == '' and '-inf' or tonumber(ARGV[1]) - ARGV[2]
return {now, redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf')}
"""


class InvalidationStore:
    """Invalidations of one namespace, of all its versions."""

    def __init__(self, link: RedisLink, config: CacheConfig, *, keeps_messages: bool) -> None:
        """`keeps_messages` says that other regions read them."""
        self._link, self._config = link, config
        self._kept = KEPT if keeps_messages else 0
        namespace = f"cache:{config.namespace}"
        self._start = f"{namespace}:v"
        self.channel = f"{namespace}:invalidate"
        """Where messages are published, for all versions of the namespace."""
        self._log = f"{namespace}:invalidations"
        """The messages by the time at which this Redis got them."""
        self._removed = f"{self._log}:removed"
        """The time of the newest message that was removed from them."""

    async def apply(self, messages: Sequence[Message]) -> None:
        """Drop entries and the locks of running fetches, of all versions, and notify every process
        of the region. Applying a message twice changes nothing.

        Raises:
            UnreachableError: Redis is down or slow. Each message was applied, or can be sent again.
        """
        for message in messages:
            if message.prefix is not None:
                keys = await self._keys(message.prefix)
                for start in range(0, len(keys), BATCH):
                    await self._drop(*keys[start : start + BATCH])
        for batch in batch_messages(messages):
            texts = [message.dump() for message in batch]
            names = (
                self._config.versions,
                self.channel,
                self._log,
                self._removed,
                self._config.tag_prefix,
            )
            await self._link.script(_APPLY, names, *self._own(), KEPT_MS, self._kept, *texts)

    def _own(self) -> tuple[str, int]:
        return self._start, self._config.version

    async def _drop(self, *keys: str) -> None:
        await self._link.script(_DROP_KEYS, (self._config.versions,), *self._own(), *keys)

    async def _keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with this and have an entry or a lock, in any version."""
        found = set()
        for start in (self._start, f"lock:{self._start}"):
            async for name in self._link.scan(f"{start}*"):
                version, _, key = name.removeprefix(start).partition(":")
                if version.isdecimal() and key.startswith(prefix):
                    found.add(key)
        return sorted(found)

    async def messages_since(self, position: str) -> tuple[str, list[bytes] | None]:
        """Return the messages after a position, and the next position. None means that messages
        after the position were removed. With an empty position, return all messages.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        names = (self._log, self._removed)
        now, texts = await self._link.script(_READ, names, position, OVERLAP_MS)
        return str(now), texts

    async def select_unknown(self, texts: Sequence[bytes]) -> list[bytes]:
        """Return those messages that this Redis has not applied.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        pipe = self._link.pipeline()
        for text in texts:
            pipe.zscore(self._log, text)
        scores = await self._link.execute(pipe)
        return [text for text, score in zip(texts, scores, strict=True) if score is None]

    async def claim(self, region: str, seconds: float) -> str | None:
        """Return the position in another region's messages to one process per interval, and None
        to all others.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        pipe = self._link.pipeline()
        pipe.set(f"lock:{self._position(region)}", "", nx=True, px=round(seconds * 1000))
        pipe.get(self._position(region))
        is_claimed, position = await self._link.execute(pipe)
        return (position or b"").decode() if is_claimed else None

    async def save_position(self, region: str, position: str) -> None:
        """Store the position in another region's messages in this Redis, next to its entries.

        Raises:
            UnreachableError: Redis is down or slow.
        """
        pipe = self._link.pipeline()
        pipe.set(self._position(region), position)
        await self._link.execute(pipe)

    def _position(self, region: str) -> str:
        return f"{self._log}:{region}"


def batch_messages(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """Yield messages in batches of BATCH keys, or a little more."""
    batch: list[Message] = []
    count = 0
    for message in messages:
        batch.append(message)
        count += len(message)
        if count >= BATCH:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch
