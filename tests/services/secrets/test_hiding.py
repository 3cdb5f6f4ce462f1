"""Tests that secret values are hidden in text, logs, tracebacks, and pickles."""

import base64
import copy
import logging
import pickle
import traceback
from dataclasses import asdict, dataclass

import grpc
import pytest

from grid_shared import SecretUnavailableError, SecretValue
from tests.services.secrets.conftest import NAME, Harness

VALUE = b"s3cret-\xff-value"
PARTS = ("s3cret", "-value", base64.b64encode(VALUE).decode())


def _is_hidden(text: str) -> bool:
    return not any(part in text for part in PARTS)


@pytest.mark.parametrize("shown", [repr, str, "{}".format, lambda value: f"{value!r:>30}"])
def test_secret_value_is_hidden_in_text(shown: object) -> None:
    assert callable(shown)
    assert _is_hidden(shown(SecretValue(VALUE)))


def test_secret_value_cannot_be_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(SecretValue(VALUE))


@dataclass(frozen=True)
class Settings:
    """What a service keeps a secret in."""

    key: SecretValue


def test_secret_value_can_be_compared_and_copied_with_its_settings() -> None:
    settings = Settings(SecretValue(VALUE))
    assert settings == Settings(SecretValue(VALUE)) != Settings(SecretValue(b"another"))
    assert len({settings, Settings(SecretValue(VALUE))}) == 1
    assert asdict(settings) == {"key": SecretValue(VALUE)}
    assert copy.deepcopy(settings) == copy.copy(settings) == settings
    assert SecretValue(VALUE) != VALUE
    assert _is_hidden(repr(asdict(settings)))


def test_decode_error_hides_value() -> None:
    with pytest.raises(ValueError, match="not UTF-8") as caught:
        SecretValue(VALUE).text()
    error: BaseException | None = caught.value
    while error:
        assert _is_hidden(repr(error))
        error = error.__cause__ or error.__context__


def test_logs_and_tracebacks_hide_value(harness: Harness, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    harness.manager.versions = dict.fromkeys(harness.manager.versions, VALUE)
    reader = harness.reader(jitter=0, stale=100, deadline=0.3)
    assert reader.value().bytes() == VALUE
    harness.now = 300
    harness.manager.status = grpc.StatusCode.UNAVAILABLE
    assert reader.value().bytes() == VALUE
    assert f"grid-dev-{NAME}" in caplog.text
    harness.now = 1000
    with pytest.raises(SecretUnavailableError) as caught:
        reader.get()
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [str(frame.locals) for frame in shown.stack if "grid_shared" in frame.filename]
    assert ours
    assert _is_hidden("".join(ours))
    assert _is_hidden("".join(str(vars(record)) for record in caplog.records))
    assert _is_hidden(repr(reader.secrets) + repr(vars(reader.secrets)))


def test_checksum_error_hides_value(harness: Harness) -> None:
    harness.manager.versions = dict.fromkeys(harness.manager.versions, VALUE)
    harness.manager.damaged = True
    with pytest.raises(SecretUnavailableError) as caught:
        harness.reader().get()
    assert _is_hidden("".join(traceback.format_exception(caught.value)))
