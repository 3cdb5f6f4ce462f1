"""Settings for every test, and which of them `make test` leaves to `.ci/run`."""

import pytest
from hypothesis import settings

# The same examples in every run, so that a red test stays red until it is mended.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

SMALLER = {"dev", "staging"}
"""Environments that have nothing that prod does not have: Terraform proves a thing with prod."""
SEEDS = 4
"""Of the sequences of faults `make test` takes each fourth."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what proves again, with another environment or seed, what is proved already."""
    for item in items:
        if isinstance(item, pytest.Function) and _repeats(item):
            item.add_marker(pytest.mark.slow)


def _repeats(item: pytest.Function) -> bool:
    if not hasattr(item, "callspec"):
        return False
    if "tests/terraform/" in item.nodeid:
        return not SMALLER.isdisjoint(item.callspec.id.split("-"))
    seed = item.callspec.params.get("seed", 0)
    return "test_faults_" in item.nodeid and isinstance(seed, int) and seed % SEEDS != 0
