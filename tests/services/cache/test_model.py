"""Model test: any order of reads, changes, losses, and corruption."""

import asyncio
import itertools
from functools import partial

from hypothesis import given, settings, strategies as st

from tests.services.cache.conftest import Grid, Process, until
from tests.services.servers import RedisServer

ROUNDS = itertools.count()
PROCESSES, KEYS = 2, 2
one_of = st.tuples(st.integers(0, PROCESSES - 1), st.integers(0, KEYS - 1))
actions = st.lists(
    st.tuples(st.sampled_from(["read", "read", "change", "lose", "damage"]), one_of), max_size=20
)


@settings(max_examples=10)
@given(actions)
def test_get_is_never_older_than_last_invalidation(
    shared_redis: RedisServer, steps: list[tuple[str, tuple[int, int]]]
) -> None:
    """And what Redis loses or has damaged changes nothing that callers see."""

    async def test() -> None:
        grid = Grid(shared_redis, {"namespace": f"model{next(ROUNDS)}"})
        async with grid.process() as local, grid.process() as remote:
            await _walk(grid, [local, remote], steps)

    asyncio.run(test())


async def _walk(
    grid: Grid, processes: list[Process], steps: list[tuple[str, tuple[int, int]]]
) -> None:
    truth = dict.fromkeys(map(str, range(KEYS)), 0)
    for action, (process, number) in steps:
        cache, redis, key = processes[process].cache, processes[process].redis, str(number)
        name = f"cache:{grid.config['namespace']}:v1:{key}"

        async def fetch(key: str = key) -> int:
            return truth[key]

        match action:
            case "read":
                assert await cache.get(key, fetch) == truth[key]
            case "change":
                truth[key] += 1
                assert await cache.invalidate(key)
                for reader in processes:
                    await until(partial(_has_value, reader, key, truth[key]))
            case "lose":
                await redis.delete(name)
            case "damage":
                await redis.set(name, b"damaged", px=60_000)


async def _has_value(process: Process, key: str, expected: int) -> bool:
    async def fetch() -> int:
        return expected

    return bool(await process.cache.get(key, fetch) == expected)
