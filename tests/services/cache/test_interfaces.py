"""Tests of the ways to use a cache: decorator, synchronous, memory only, typed values."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from grid_shared import Cache, CacheConfig, Json, SyncCache, Typed, connect
from tests.services.cache.conftest import Clock, Grid, Source, until


class User(BaseModel):
    id: UUID
    created_at: datetime
    balance: Decimal


@dataclass
class Point:
    x: Decimal


USER = User(id=UUID(int=1), created_at=datetime(2026, 1, 1, tzinfo=UTC), balance=Decimal("1.10"))


# Decorator


def test_decorated_function_is_cached_by_its_parameters(grid: Grid) -> None:
    async def test() -> None:
        calls: list[tuple[str, int]] = []
        async with grid.process() as local:

            @local.cache.cached("user:{name}:{page}", tags=["user:{name}"])
            async def read(name: str, page: int = 1) -> str:
                """Read a page."""
                calls.append((name, page))
                return f"{name} {page}"

            assert [await read("a"), await read(name="a", page=1), await read("a", 2)] == [
                "a 1",
                "a 1",
                "a 2",
            ]
            assert calls == [("a", 1), ("a", 2)]
            assert read.__doc__ == "Read a page."
            await read.invalidate("a")
            await read("a")
            await read("a", 2)
            assert calls == [("a", 1), ("a", 2), ("a", 1)]
            await local.cache.invalidate(tags=["user:a"])
            await read("a", 2)
            assert calls[3:] == [("a", 2)]

    asyncio.run(test())


def test_arguments_with_separators_have_keys_of_their_own() -> None:
    cache = Cache(None, CacheConfig(namespace="x"))

    @cache.cached("{first}:{second}")
    async def read(first: str, second: str) -> None: ...

    keys = [read.key("a:b", "c"), read.key("a", "b:c"), read.key("a%3Ab", "c"), read.key("a", "b")]
    assert len(set(keys)) == 4
    assert keys[3] == "a:b"


def test_decorator_rejects_unknown_parameter_and_argument_that_is_no_key() -> None:
    cache = Cache(None, CacheConfig(namespace="x"))

    async def read(user: object) -> None: ...

    for key in ("{other}", "{user.id}", "{user!r}", "{user:5}", "{}"):
        with pytest.raises(ValueError, match="no parameter of the function"):
            cache.cached(key)(read)
    with pytest.raises(TypeError, match="got list"):
        cache.cached("{user}")(read).key([])


# Synchronous


def _sync(grid: Grid) -> SyncCache[Any]:
    redis = connect({"REDIS_URL": grid.server.url, "REDIS_CA_CERTS": grid.server.ca})
    return SyncCache(Cache(redis, CacheConfig(**grid.config, redis_timeout=5, soft_timeout=30)))


def test_synchronous_cache_fetches_once_for_all_threads_and_processes(grid: Grid) -> None:
    calls: list[int] = []
    release = Event()

    def fetch() -> str:
        calls.append(1)
        release.wait(30)
        return "value"

    with _sync(grid) as first, _sync(grid) as second, ThreadPoolExecutor(20) as threads:
        reads = [threads.submit(cache.get, "k", fetch) for cache in (first, second) * 10]
        while not calls:
            pass
        release.set()
        assert [read.result(30) for read in reads] == ["value"] * 20
    assert len(calls) == 1


def test_synchronous_cache_reads_sets_and_invalidates(grid: Grid) -> None:
    with _sync(grid) as cache:
        assert cache.set("a", 1, tags=["t"])
        assert cache.get("a", lambda: 2, tags=["t"]) == 1
        assert cache.get_many(["a", "b"], dict.fromkeys, tags=["t"]) == {"a": 1, "b": None}
        assert cache.invalidate(tags=["t"])
        assert cache.get("a", lambda: 2, tags=["t"]) == 2
        with pytest.raises(ZeroDivisionError):
            cache.get("c", lambda: 1 // 0)
    with pytest.raises(RuntimeError, match="inside `with`"):
        cache.get("a", lambda: 3)


def test_synchronous_fetch_has_the_context_of_its_caller() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    with SyncCache(Cache(None, CacheConfig(namespace="x"))) as cache:
        variable.set("mine")
        assert cache.get("k", variable.get) == "mine"


# Memory only


def test_cache_without_redis_keeps_values_for_their_ttl() -> None:
    async def test() -> None:
        source, clock = Source(), Clock()
        config = CacheConfig(namespace="x", ttl=100, jitter=0, early=0, soft_timeout=30)
        async with Cache(None, config, clock=clock) as cache:
            values = await asyncio.gather(*(cache.get("k", source, tags=["t"]) for _ in range(20)))
            assert values == ["first"] * 20
            source.value = "second"
            clock.offset = 99
            assert await cache.get("k", source, tags=["t"]) == "first"
            clock.offset = 101
            assert await cache.get("k", source, tags=["t"]) == "second"
            assert source.calls == 2
            for keys, prefix, tags in ((["k"], None, []), ([], "k", []), ([], None, ["t"])):
                source.value += "!"
                assert await cache.invalidate(*keys, prefix=prefix, tags=tags)
                assert await cache.get("k", source, tags=["t"]) == source.value
            assert cache.subscribed

    asyncio.run(test())


def test_cache_without_redis_serves_an_older_value_when_the_fetch_fails() -> None:
    async def test() -> None:
        source, clock = Source(), Clock()
        async with Cache(None, CacheConfig(namespace="x", jitter=0), clock=clock) as cache:
            await cache.get("k", source)
            source.error = RuntimeError("no")
            clock.offset = 3601
            assert await cache.get("k", source) == "first"

    asyncio.run(test())


def test_cache_without_redis_refreshes_early() -> None:
    async def test() -> None:
        source = Source(delay=0.01)
        async with Cache(None, CacheConfig(namespace="x", early=1e9)) as cache:
            await cache.get("k", source)
            await until(lambda: source.calls == 2)

    asyncio.run(test())


# Typed values


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (User, USER),
        (Point, Point(Decimal("0.1"))),
        (datetime, USER.created_at),
        (dict[UUID, Decimal], {USER.id: USER.balance}),
        (list[User], [USER]),
        (User, None),
    ],
)
def test_typed_value_is_the_same_from_each_level(grid: Grid, type_: Any, value: Any) -> None:
    async def test() -> None:
        typed = Typed(type_)
        async with (
            grid.process(serializer=typed) as local,
            grid.process(serializer=typed) as remote,
        ):
            for process in (local, local, remote, remote):
                assert await process.cache.get("k", Source(value)) == value
            assert (local.reads("fetch"), local.reads("l1"), remote.reads("l2")) == (1, 1, 1)

    asyncio.run(test())


def test_value_of_another_type_is_an_error_and_entry_of_another_shape_is_fetched(
    grid: Grid,
) -> None:
    async def test() -> None:
        async with grid.process(serializer=Json()) as earlier:
            await earlier.cache.get("k", Source({"id": str(USER.id)}))
        async with grid.process(serializer=Typed(User)) as local:
            assert await local.cache.get("k", Source(USER)) == USER
            with pytest.raises(ValueError, match="User"):
                await local.cache.get("other", Source({"id": 5}))

    asyncio.run(test())


def test_cache_has_the_type_of_its_serializer() -> None:
    """Mypy checks this: `make types`."""

    async def fetch() -> User | None:
        return USER

    async def read(cache: Cache[User | None]) -> User | None:
        return await cache.get("k", fetch)

    reads: Callable[[Cache[User | None]], Awaitable[User | None]] = read

    async def test() -> None:
        async with Cache(None, CacheConfig(namespace="x"), serializer=Typed(User)) as cache:
            assert await reads(cache) == USER

    asyncio.run(test())
