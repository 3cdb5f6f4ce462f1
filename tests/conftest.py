"""Settings for every test, and which of them `make test` leaves to `.ci/run`."""

import os

import pytest
from hypothesis import settings

# The same examples in every run, so that a failing test fails until it is fixed.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

LONG = ("tests/terraform/", "tests/bindings/", "tests/operations/test_apply.py")


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: some always wait for a server or for Terraform."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: none of them is left to one process at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
