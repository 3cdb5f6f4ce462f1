"""Cloud Monitoring and Cloud Trace for a test."""

from collections.abc import Iterator

import pytest

from tests.services.telemetry.google import Google, google, outside_of_google


@pytest.fixture(autouse=True)
def _outside_of_google() -> Iterator[None]:
    with outside_of_google():
        yield


@pytest.fixture
def served() -> Iterator[Google]:
    with google() as started:
        yield started
