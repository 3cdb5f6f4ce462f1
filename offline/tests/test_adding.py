"""`offline world add`: resources of another team, with the checks of an apply."""

from pathlib import Path

import pytest
from rest_client import Client

from offline.__main__ import main
from offline.cloud.fake_cloud import FakeCloud
from offline.terraform.session import KEPT, Offline

COMPUTE = "compute/compute/v1"
NETWORK = "google_compute_network"


def _add(world: Path, *arguments: str) -> int:
    return main(["--world", str(world), "world", "add", *arguments])


def test_added_network_is_there_in_each_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for project in ("team-a", "team-b"):
        assert _add(tmp_path, NETWORK, f"project={project}", "name=shared") == 0
        assert capsys.readouterr().out == f"projects/{project}/global/networks/shared\n"
    assert len(FakeCloud(tmp_path / "world").of(NETWORK)) == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([NETWORK, "project=p", "name=Bad"], "doesn't match regexp"),
        ([NETWORK, "project=p", "title=x"], "has no argument title"),
        ([NETWORK, "project=p"], "requires name"),
        (["google_nothing", "name=x"], "Resource google_nothing was not added"),
        (["google_compute_subnetwork", "project=p", "region=us-east1", "name=s",
          "network=gone", "ip_cidr_range=10.0.0.0/24"], "was not found"),
    ],
)  # fmt: skip
def test_addition_is_rejected(
    tmp_path: Path, arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _add(tmp_path, *arguments) == 1
    assert reason in capsys.readouterr().err
    assert FakeCloud(tmp_path / "world").resources == {}


DATASET = ("google_healthcare_dataset", "project=team-a", "location=us-central1", "name=d")


def test_addition_that_is_not_served_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _add(tmp_path, *DATASET) == 0
    assert capsys.readouterr().err == (
        "Warning: offline serve does not have resources of the type google_healthcare_dataset: the "
        "embedded provider and `offline world` alone see this one\n"
    )
    assert _add(tmp_path, NETWORK, "project=team-a", "name=shared") == 0
    assert capsys.readouterr().err == ""


def test_addition_is_rejected_when_only_the_genuine_provider_could_see_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _add(tmp_path, NETWORK, "project=team-a", "name=shared") == 0
    (tmp_path / KEPT).write_text("genuine\n")
    assert _add(tmp_path, *DATASET) == 1
    error = capsys.readouterr().err
    assert "the genuine provider created this world.\nhelp: Send a request" in error
    assert "google_healthcare_dataset" not in FakeCloud(tmp_path / "world").resources


def test_added_network_is_served_too(tmp_path: Path) -> None:
    assert _add(tmp_path, NETWORK, "project=team-a", "name=shared") == 0
    with Offline(tmp_path, providers=()) as offline:
        offline.serve()
        reply = Client(offline.served.server)(
            "GET", f"{COMPUTE}/projects/team-a/global/networks/shared"
        )
    assert reply.body["name"] == "shared"
