"""Settings and fixtures of every test."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from rest_client import Client

from offline.serve.google import Google
from offline.serve.listener import serve

# The same examples in every run, so that a failing test fails again.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.fixture
def client() -> Iterator[Client]:
    with serve(Google()) as server:
        yield Client(server)
    assert server.mistakes == []
