"""A revision is compared with the one that it replaces, and a bad one loses its traffic."""

from dataclasses import dataclass, field

import pytest

from offline.serve.errors import ApiError
from offline.serve.request import Answer, Request
from offline.serve.server import Server
from tests.operations.commandline import CommandResult, Grid
from tests.operations.platform import LocalGoogle
from tests.operations.releases import everywhere, image, push, served

ONE, TWO = image("1"), image("2")
NEXT_SERIALS = 80


@dataclass
class Seen:
    """What Cloud Monitoring has of the revisions of one image."""

    responses: dict[str, int] = field(default_factory=dict)
    latency_ms: float | None = None
    starts: int = 0

    def tell(self, cloud: LocalGoogle, revision: str) -> None:
        cloud.monitoring.told[revision] = self.responses
        if self.latency_ms is not None:
            cloud.monitoring.latency_ms[revision] = self.latency_ms
        cloud.monitoring.starts[revision] = self.starts


def release(grid: Grid, cloud: LocalGoogle, old: Seen, new: Seen, *options: str) -> CommandResult:
    """Release TWO after ONE, where the revisions of both were seen like this."""
    push(cloud, ONE, TWO)
    assert grid("deploy", "test", f"--image=api={ONE}", "--watch=0").code == 0
    for name in cloud.run.revisions:
        old.tell(cloud, name.rpartition("/")[2])
    number = cloud.store.serial()
    for after in range(number, number + NEXT_SERIALS):
        new.tell(cloud, f"grid-test-api-{after:05d}-x")
    return grid("deploy", "test", f"--image=api={TWO}", "--json", *options)


GOOD = Seen({"2xx": 980, "4xx": 20}, 100, 2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(GOOD, Seen({"5xx": 19}), "19 of 19 responses are 5xx", id="few, all 5xx"),
        pytest.param(GOOD, Seen({"5xx": 1}), "1 of 1 responses are 5xx", id="one, 5xx"),
        pytest.param(GOOD, Seen({"2xx": 3, "5xx": 4}), "4 of 7 responses", id="few, most 5xx"),
        pytest.param(GOOD, Seen({"2xx": 95, "5xx": 5}), "(5.0%)", id="5 % 5xx"),
        pytest.param(GOOD, Seen({"4xx": 1000}), "1000 responses are 4xx", id="all 4xx"),
        pytest.param(GOOD, Seen({"2xx": 80, "4xx": 20}), "(20.0%)", id="more 4xx than before"),
        pytest.param(Seen(), Seen({"4xx": 1000}), "are 4xx", id="all 4xx, nothing before"),
        pytest.param(GOOD, Seen({"2xx": 100}, 700), "up to 700 ms", id="seven times slower"),
        pytest.param(GOOD, Seen({"2xx": 100}, 100, 40), "started 40 times", id="restarts"),
    ],
)
def test_bad_revision_loses_its_traffic(
    grid: Grid, cloud: LocalGoogle, old: Seen, new: Seen, said: str
) -> None:
    result = release(grid, cloud, old, new)
    assert (result.code, said in result.json["error"]) == (3, True), result.json["error"]
    assert served(cloud) == everywhere(ONE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(GOOD, GOOD, id="the same"),
        pytest.param(Seen({"4xx": 1000}), Seen({"4xx": 100}), id="4xx before too"),
        pytest.param(GOOD, Seen({"2xx": 10, "5xx": 1}), id="few, one 5xx"),
        pytest.param(GOOD, Seen({"2xx": 100}, 550), id="slower by less than 500 ms"),
        pytest.param(Seen({"2xx": 100}, 3000), Seen({"2xx": 100}, 5000), id="less than twice"),
        pytest.param(Seen(), Seen(), id="no requests"),
    ],
)
def test_revision_as_good_as_before_gets_all_traffic(
    grid: Grid, cloud: LocalGoogle, old: Seen, new: Seen
) -> None:
    result = release(grid, cloud, old, new)
    assert result.code == 0, result.json
    assert served(cloud) == everywhere(TWO)


def test_revision_that_fails_with_all_traffic_is_reverted(grid: Grid, cloud: LocalGoogle) -> None:
    listed = cloud.monitoring._list

    def series(request: Request) -> Answer:
        if served(cloud) == everywhere(TWO):
            for revision in cloud.monitoring.told:
                cloud.monitoring.told[revision] = {"5xx": 100}
        return listed(request)

    cloud.answers("monitoring.projects.timeSeries.list", series)
    result = release(grid, cloud, GOOD, GOOD)
    assert (result.code, "are 5xx" in result.json["error"]) == (3, True)
    assert served(cloud) == everywhere(ONE)


def test_window_is_of_google_when_the_clock_of_the_machine_is_ahead(
    grid: Grid, cloud: LocalGoogle
) -> None:
    """The clock of the served Google stands an hour behind that of the command."""
    listed = cloud.monitoring._list
    starts = []

    def series(request: Request) -> Answer:
        starts.append(request.query["interval.startTime"])
        return listed(request)

    cloud.answers("monitoring.projects.timeSeries.list", series)
    cloud.wait(-3600)
    assert release(grid, cloud, GOOD, GOOD).code == 0
    assert all(start < "2026-11-01T12:00:00" for start in starts)


def test_release_that_cannot_be_watched_changes_nothing(
    grid: Grid, cloud: LocalGoogle, server: Server
) -> None:
    def denied(_: Request) -> Answer:
        raise ApiError(403, "Permission monitoring.timeSeries.list denied", "forbidden")

    push(cloud, ONE)
    cloud.answers("monitoring.projects.timeSeries.list", denied)
    result = grid("deploy", "test", f"--image=api={ONE}", "--json")
    assert (result.code, "monitoring.timeSeries.list" in result.json["error"]) == (1, True)
    assert server.count("run.projects.locations.services.patch") == 0
    assert cloud.jobs.executions == {}


@pytest.mark.parametrize("percent", [10, 30, 50])
def test_held_release_is_finished_or_rolled_back(
    grid: Grid, cloud: LocalGoogle, percent: int
) -> None:
    for command in (("deploy", "test", f"--image=api={TWO}", "--watch=0"), ("rollback", "test")):
        assert release(grid, cloud, GOOD, GOOD, f"--hold={percent}").code == 0
        held = {ONE: 100 - percent, TWO: percent}
        assert served(cloud) == dict.fromkeys(served(cloud), held)
        assert grid(*command).code == 0
        assert served(cloud) == everywhere(TWO if command[0] == "deploy" else ONE)
