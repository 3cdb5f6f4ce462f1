"""Tests of the callback for secrets that changed."""

import logging

import pytest

from grid_shared import SecretMissingError
from tests.services.secrets.conftest import NAME, RESOURCE, Harness


def test_callback_is_called_when_another_value_is_read(harness: Harness) -> None:
    changes: list[str] = []
    reader = harness.reader(changed=changes.append, jitter=0)
    for _ in range(3):
        reader.get()
        harness.now += harness.config.ttl
    assert changes == []
    harness.manager.versions[RESOURCE] = b"second"
    assert reader.get() == "second"
    assert changes == [NAME]
    harness.now += harness.config.ttl
    reader.get()
    assert changes == [NAME]


def test_callback_is_called_when_value_changed_after_invalidation(harness: Harness) -> None:
    changes: list[str] = []
    reader = harness.reader(changed=changes.append)
    reader.get()
    reader.secrets.invalidate(NAME)
    reader.get()
    assert changes == []
    harness.manager.versions[RESOURCE] = b"second"
    reader.secrets.invalidate()
    reader.get()
    assert changes == [NAME]


def test_callback_is_called_when_secret_comes_back_with_another_value(harness: Harness) -> None:
    changes: list[str] = []
    reader = harness.reader(changed=changes.append)
    reader.get()
    del harness.manager.versions[RESOURCE]
    reader.secrets.invalidate()
    with pytest.raises(SecretMissingError):
        reader.get()
    assert changes == []
    harness.manager.versions[RESOURCE] = b"second"
    reader.get()
    assert changes == [NAME]


def test_value_is_returned_when_callback_fails(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(name: str) -> None:
        raise RuntimeError(name)

    reader = harness.reader(changed=fail)
    reader.get()
    harness.manager.versions[RESOURCE] = b"second"
    reader.secrets.invalidate()
    with caplog.at_level(logging.ERROR):
        assert reader.get() == "second"
    assert "the callback for the changed secret jwt-secret failed" in caplog.text
