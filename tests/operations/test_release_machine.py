"""Releases and rollbacks of two machines, in any order, with kills, dead regions and skew.

After exit code 0 every region serves what the command promised. After any other exit code, what
serves is what served before, or the report names the place. Nobody serves what nobody released.
"""

import copy
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from offline.serve.apis.run import HELLO
from operations.core import lease
from tests.operations.commandline import KILLED, CommandResult
from tests.operations.machines import Machine, machines
from tests.operations.platform import REGIONS, LocalGoogle
from tests.operations.releases import everywhere, image, push, served
from tests.repetition import only

IMAGES = [image(digit) for digit in "123"]
MACHINES, KILLS = st.integers(0, 1), st.one_of(st.just(0), st.integers(1, 120))


@cache
def _platform() -> LocalGoogle:
    cloud = LocalGoogle()
    cloud.apply()
    push(cloud, *IMAGES)
    cloud.operations.takes = 0
    with tempfile.TemporaryDirectory() as folder, machines(cloud, Path(folder)) as (machine, _):
        result = machine.run("deploy", "test", f"--image=api={IMAGES[0]}", "--watch=0")
        assert result.code == 0, result
    return cloud


def _whole(shares: dict[str, int]) -> list[dict[str, int]]:
    """Return what a split serves when its release is reverted: the image that has most traffic."""
    return [{reference: 100} for reference, percent in shares.items() if percent >= 50]


class ReleaseMachine(RuleBasedStateMachine):
    """Two machines, two regions, one service."""

    @initialize(skews=st.tuples(*[st.integers(-900, 900)] * 2))
    def begin(self, skews: tuple[int, int]) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.cloud = copy.deepcopy(_platform())
        self.machines: list[Machine] = self.stack.enter_context(machines(self.cloud, folder))
        for machine, seconds in zip(self.machines, skews, strict=True):
            machine.skew = timedelta(seconds=seconds)
        self.asked = {HELLO, IMAGES[0]}
        self.served_before: dict[str, dict[str, int]] | None = None
        """What a rollback returns to: set by a release of everything that was the last command."""

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @property
    def dead(self) -> set[str]:
        return self.machines[0].wire.dead

    @rule(
        machine=MACHINES,
        reference=st.sampled_from(IMAGES),
        option=st.sampled_from(["--watch=0", "--watch=0", "--hold=10", f"--region={REGIONS[1]}"]),
        kill_at=KILLS,
    )
    def deploy(self, machine: int, reference: str, option: str, kill_at: int) -> None:
        self.asked.add(reference)
        before = served(self.cloud)
        arguments = ("deploy", "test", f"--image=api={reference}", "--watch=0", option, "--json")
        result = self.machines[machine].run(*arguments, kill_at=kill_at)
        now, self.served_before = served(self.cloud), None
        if result.code == 0:
            if option.startswith("--region"):
                assert now[REGIONS[1]] == {reference: 100}
                # A release that did not end is reverted first, in every region.
                assert now[REGIONS[0]] in [before[REGIONS[0]], *_whole(before[REGIONS[0]])]
            elif option.startswith("--hold"):
                assert all(shares.get(reference) in {10, 100} for shares in now.values())
            else:
                assert now == everywhere(reference)
                if all(len(shares) == 1 and reference not in shares for shares in before.values()):
                    self.served_before = before
        else:
            self.check_failure(result, before)

    @rule(
        machine=MACHINES,
        options=st.sampled_from(
            [
                (),
                (),
                ("--service=api",),
                (f"--region={REGIONS[1]}",),
                (f"--to-image=api={IMAGES[0]}",),
                ("--force",),
            ]
        ),
        kill_at=KILLS,
    )
    def roll_back(self, machine: int, options: tuple[str, ...], kill_at: int) -> None:
        before = served(self.cloud)
        if options and "--to-image" in options[0]:
            self.asked.add(IMAGES[0])
        result = self.machines[machine].run("rollback", "test", "--json", *options, kill_at=kill_at)
        expected, self.served_before = self.served_before, None
        if result.code == 0:
            self.check_promise(result, before)
            if expected and "--to-image" not in "".join(options):
                moved = {place["region"] for place in result.json["result"]["services"]}
                assert served(self.cloud) == before | {name: expected[name] for name in moved}
        else:
            self.check_failure(result, before)

    def check_promise(self, result: CommandResult, before: dict[str, dict[str, int]]) -> None:
        now = served(self.cloud)
        moved = {place["region"] for place in result.json["result"]["services"]}
        assert all(now[region] == before[region] for region in set(REGIONS) - moved)
        for place in result.json["result"]["services"]:
            (serving,) = now[place["region"]].items()
            assert serving[1] == 100
            assert place["error"] == ""
            if place["image"]:
                assert serving[0] == place["image"]

    def check_failure(self, result: CommandResult, before: dict[str, dict[str, int]]) -> None:
        now = served(self.cloud)
        if result.code in {1, 2, 4}:
            assert now == before, result.json
        elif result.code != KILLED:
            assert result.code == 3
            report: list[Any] = result.json["not_reverted"]
            moved = {
                place["region"]: place["image"]
                for place in (result.json.get("result") or {}).get("services", [])
                if place.get("image") and place.get("error") == ""
            }
            for region in REGIONS:
                if region in moved:
                    assert now[region] == {moved[region]: 100}, result.json
                elif now[region] != before[region]:
                    assert any(region in line for line in report), result.json

    @rule(region=st.sampled_from(REGIONS))
    def lose_region(self, region: str) -> None:
        self.dead.add(region)

    @rule()
    def regain_regions(self) -> None:
        self.dead.clear()

    @rule(seconds=st.sampled_from([30, lease.SECONDS + 1]))
    def wait(self, seconds: int) -> None:
        self.cloud.wait(seconds)

    @invariant()
    def only_what_was_released_serves(self) -> None:
        if hasattr(self, "cloud"):
            for region in REGIONS:
                shares = served(self.cloud)[region]
                assert sum(shares.values()) == 100
                assert set(shares) <= self.asked


SEQUENCES = 100
"""Sequences of each seed: 200 in `make test`, 2,000 more in the slow set."""


@pytest.mark.parametrize("number", only({0, 2}, range(22)))
def test_no_sequence_of_commands_breaks_a_promise(number: int) -> None:
    machine = seed(number)(type("Seeded", (ReleaseMachine,), {}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=8 if number % 2 else 4,
            deadline=None,
            derandomize=False,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
