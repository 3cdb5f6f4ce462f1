"""Tests of the first level: what it really takes, and what decoding does to others."""

import asyncio
import gc
import json
import tracemalloc
from typing import Any

import pytest

from grid_shared import Json
from grid_shared.cache.entry import Entry
from grid_shared.cache.memory import Memory
from tests.services.cache.conftest import Grid, Source

BOUND = 1 << 20


@pytest.mark.parametrize("shares_values", [False, True])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("{}", None),
        ("{}" + "k" * 2000, None),
        ("{}" + "é" * 500, "x"),
        ("{}", "x" * 10_000),
        ("{}", list(range(1000, 1500))),
        ("{}", [{"a": 1.5, "b": None} for _ in range(100)]),
    ],
)
def test_memory_takes_no_more_than_its_bound(key: str, value: Any, shares_values: bool) -> None:
    payload = json.dumps(value).encode()
    count = 2 * BOUND // (len(payload) + len(key.encode()) + 600)
    gc.collect()
    tracemalloc.start()
    try:
        memory = Memory(BOUND, lambda: 0.0, Json(), shares_values=shares_values)
        for number in range(count):
            # Two of each, as Redis sends the bytes anew for each.
            entry = Entry(bytes(bytearray(payload)), 0.1, 600.0, 4200.0 + number, 60.0 + number)
            memory.put(key.format(number), entry)
            memory.decode(key.format(number), entry)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert memory.get(key.format(count - 1))
    assert taken <= BOUND


def test_others_run_between_decodings_of_a_large_value(grid: Grid) -> None:
    calls = 20
    turns = 0
    turns_at_decoding: list[int] = []

    class Slow(Json):
        def loads(self, data: bytes) -> Any:
            turns_at_decoding.append(turns)
            return super().loads(data)

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def test() -> None:
        async with grid.process(serializer=Slow()) as local:
            source = Source("x" * 100_000)
            await local.cache.get("k", source)
            turns_at_decoding.clear()
            counting = asyncio.create_task(count_turns())
            for _ in range(calls):  # hits of this process wait for nothing else
                await local.cache.get("k", source)
            counting.cancel()
            assert local.reads("l1") == calls
        assert len(set(turns_at_decoding)) == calls

    asyncio.run(test())
