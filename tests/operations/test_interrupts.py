"""SIGTERM and SIGHUP end a command as Ctrl-C does."""

import signal
import subprocess
import sys

import pytest

from offline.serve.request import Answer, Request
from offline.serve.server import Server
from tests.operations.commandline import Grid
from tests.operations.platform import LocalGoogle
from tests.operations.releases import candidate_tags, everywhere, image, push, served

ONE, TWO = image("1"), image("2")
PATCH = "run.projects.locations.services.patch"


@pytest.mark.parametrize("at", [3, 6, 9])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_release_is_reverted_when_a_signal_ends_it(
    grid: Grid, cloud: LocalGoogle, server: Server, number: signal.Signals, at: int
) -> None:
    push(cloud, ONE, TWO)
    assert grid("deploy", "test", f"--image=api={ONE}", "--watch=0").code == 0
    patches, patch = [0], cloud.run._patch

    def interrupt(request: Request) -> Answer:
        answered = patch(request)
        patches[0] += 1
        if patches[0] == at:
            server.kill_client(number)
        return answered

    cloud.answers(PATCH, interrupt)
    result = grid.mortal("deploy", "test", f"--image=api={TWO}", "--watch=0", "--json")
    assert (result.code, "interrupted" in result.json["error"]) == (3, True)
    assert served(cloud) == everywhere(ONE)
    assert candidate_tags(cloud) == []
    (record,) = grid.bare("releases", "test", "--limit=1", "--json").json["result"]["releases"]
    assert record["state"] == "reverted"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_rollback_is_finished_when_a_signal_interrupts_it(
    grid: Grid, cloud: LocalGoogle, server: Server, number: signal.Signals
) -> None:
    push(cloud, ONE, TWO)
    for reference in (ONE, TWO):
        assert grid("deploy", "test", f"--image=api={reference}", "--watch=0").code == 0
    signals, patch = [number], cloud.run._patch

    def interrupt(request: Request) -> Answer:
        if signals:
            server.kill_client(signals.pop())
        return patch(request)

    cloud.answers(PATCH, interrupt)
    result = grid.mortal("rollback", "test", "--json")
    assert (result.code, result.json["not_reverted"]) == (0, [])
    assert "interrupted" in result.stderr
    assert served(cloud) == everywhere(ONE)


def test_ignored_signal_stays_ignored() -> None:
    """As under nohup."""
    script = (
        "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from operations.core.interrupts import signals_as_interrupts\n"
        "with signals_as_interrupts(): os.kill(os.getpid(), signal.SIGHUP); print('alive')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout == "alive\n"
