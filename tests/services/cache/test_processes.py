"""Test of concurrent misses in separate processes."""

import asyncio

import pytest

from benchmarks.caches import stampede
from tests.services.servers import RedisServer


def test_four_processes_with_1000_misses_fetch_once(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis.url)
    monkeypatch.setenv("REDIS_CA_CERTS", redis.ca)
    monkeypatch.setenv("PYTHONPATH", "services/shared")
    came = asyncio.run(stampede.measure("grid_shared", "cold"))
    assert (came.fetches, came.answers) == (1, 1000)
