"""Real processes that miss at once."""

import asyncio

import pytest

from benchmarks.caches import stampede
from tests.services.servers import redis_server


def test_four_processes_with_a_thousand_misses_fetch_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with redis_server() as server:
        monkeypatch.setenv("REDIS_URL", server.url)
        monkeypatch.setenv("REDIS_CA_CERTS", server.ca)
        monkeypatch.setenv("PYTHONPATH", "services/shared")
        came = asyncio.run(stampede.measure("grid_shared", "cold"))
    assert (came.fetches, came.answers) == (1, 1000)
