"""A value is in no repr, log, traceback or pickle."""

import base64
import copy
import logging
import pickle
import traceback

import grpc
import pytest

from grid_shared import SecretUnavailableError, SecretValue
from tests.services.secrets.conftest import NAME, World

VALUE = b"s3cret-\xff-value"
PARTS = ("s3cret", "-value", base64.b64encode(VALUE).decode())


def _hidden(text: str) -> bool:
    return not any(part in text for part in PARTS)


@pytest.mark.parametrize("shown", [repr, str, "{}".format, lambda value: f"{value!r:>30}"])
def test_a_value_does_not_show_itself(shown: object) -> None:
    assert callable(shown)
    assert _hidden(shown(SecretValue(VALUE)))


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_value_is_not_copied_out(leave: object) -> None:
    assert callable(leave)
    with pytest.raises(TypeError):
        leave(SecretValue(VALUE))


def test_text_that_is_none_hides_the_bytes() -> None:
    with pytest.raises(ValueError, match="not UTF-8") as caught:
        SecretValue(VALUE).text()
    error: BaseException | None = caught.value
    while error:
        assert _hidden(repr(error))
        error = error.__cause__ or error.__context__


def test_nothing_is_logged_or_in_a_traceback(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.manager.versions = dict.fromkeys(world.manager.versions, VALUE)
    reader = world.reader(jitter=0, stale=100, deadline=0.3)
    assert reader.value().bytes() == VALUE
    world.now = 300
    world.manager.fails = grpc.StatusCode.UNAVAILABLE
    assert reader.value().bytes() == VALUE
    assert f"grid-dev-{NAME}" in caplog.text
    world.now = 1000
    with pytest.raises(SecretUnavailableError) as caught:
        reader.get()
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [str(frame.locals) for frame in shown.stack if "grid_shared" in frame.filename]
    assert ours
    assert _hidden("".join(ours))
    assert _hidden("".join(str(vars(record)) for record in caplog.records))
    assert _hidden(repr(reader.secrets) + repr(vars(reader.secrets)))


def test_damaged_data_is_not_in_the_error(world: World) -> None:
    world.manager.versions = dict.fromkeys(world.manager.versions, VALUE)
    world.manager.damaged = True
    with pytest.raises(SecretUnavailableError) as caught:
        world.reader().get()
    assert _hidden("".join(traceback.format_exception(caught.value)))
