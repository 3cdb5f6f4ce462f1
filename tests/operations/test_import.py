"""`grid import`, with genuine Terraform against the offline Google."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.core import terraform
from tests.operations.commandline import CommandResult, Grid
from tests.operations.platform import STATE_BUCKET, LocalGoogle
from tests.operations.terraform_stack import PROJECT, Stack, offline_google

BUCKET, NAME = "google_storage_bucket.data", "grid-test-data"
NETWORK = "google_compute_network.main"
REPOSITORY = "google_artifact_registry_repository.services"
REPOSITORY_ID = f"projects/{PROJECT}/locations/us-central1/repositories/services"


@pytest.fixture
def stack(grid: Grid, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    """Apply a stack, and remove three of its resources from the state."""
    with offline_google(monkeypatch, tmp_path, grid) as found:
        found.applied()
        terraform.capture("state", "rm", BUCKET, NETWORK, REPOSITORY, directory=found.folder)
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        yield found
        assert list(temporary.iterdir()) == []
        assert [file.name for file in found.folder.glob("*.tf.json")] == ["cdk.tf.json"]


def import_(stack: Stack, address: str, import_id: str, *options: str) -> CommandResult:
    return stack.run("import", address, import_id, *options)


def addresses(stack: Stack) -> set[str]:
    return set(terraform.capture("state", "list", directory=stack.folder).splitlines())


def resources(stack: Stack) -> dict[str, dict[str, object]]:
    return {kind: dict(kept) for kind, kept in stack.offline.fake_cloud.resources.items()}


def test_import_adopts_an_object_that_has_the_configured_values(stack: Stack) -> None:
    before = resources(stack)
    result = import_(stack, NETWORK, "grid-test", "--yes")
    assert result.code == 0, result
    assert result.json["result"] == {"address": NETWORK, "id": "grid-test", "changes": []}
    assert NETWORK in addresses(stack)
    assert BUCKET not in addresses(stack)
    assert resources(stack) == before


def test_import_shows_and_applies_what_changes_in_place(stack: Stack) -> None:
    stack.document["resource"]["google_artifact_registry_repository"]["services"]["description"] = (
        "Other images"
    )
    stack.document["resource"]["google_storage_bucket"]["static"]["labels"] = {"a": "b"}
    result = import_(stack, REPOSITORY, REPOSITORY_ID, "--yes")
    assert result.code == 0, result
    description = {"path": "description", "before": '"Images"', "after": '"Other images"'}
    assert description in result.json["result"]["changes"]
    [repository] = stack.offline.fake_cloud.resources[
        "google_artifact_registry_repository"
    ].values()
    assert repository["description"] == "Other images"
    planned = stack.run("plan").json["result"]["changes"]
    assert {one["address"]: one["action"] for one in planned} == {
        BUCKET: "create",
        NETWORK: "create",
        "google_storage_bucket.static": "update",
    }


@pytest.mark.parametrize("import_id", ["grid-test-dta", "${path.root}"])
def test_import_of_missing_object_names_the_import_id(stack: Stack, import_id: str) -> None:
    result = import_(stack, BUCKET, import_id, "--yes")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert f"google_storage_bucket with this import ID: {import_id}" in result.json["error"]
    assert BUCKET not in addresses(stack)


def test_import_of_unknown_address_names_similar_ones(stack: Stack) -> None:
    result = import_(stack, "google_storage_bucket.dat", NAME, "--yes")
    assert (result.code, result.json["outcome"]) == (2, "usage_error")
    assert "google_storage_bucket.dat is not in the configuration" in result.json["error"]
    assert BUCKET in result.json["error"]


def test_import_of_address_in_the_state_is_blocked(stack: Stack) -> None:
    result = import_(stack, "google_storage_bucket.static", NAME, "--yes")
    assert (result.code, result.json["outcome"]) == (4, "blocked")
    assert "is in the state already" in result.json["error"]


def test_import_that_would_replace_the_object_is_blocked(stack: Stack) -> None:
    stack.document["resource"]["google_storage_bucket"]["data"]["location"] = "EU"
    result = import_(stack, BUCKET, NAME, "--yes")
    assert (result.code, result.json["outcome"]) == (4, "blocked")
    assert f"replace {BUCKET}: location" in result.json["error"]
    assert BUCKET not in addresses(stack)
    assert stack.offline.fake_cloud.get("google_storage_bucket", NAME) is not None


def test_import_that_would_create_a_dependency_is_blocked(stack: Stack) -> None:
    buckets = stack.document["resource"]["google_storage_bucket"]
    buckets["logs"] = {"name": "grid-test-logs", "location": "US"}
    buckets["data"]["depends_on"] = ["google_storage_bucket.logs"]
    before = resources(stack)
    result = import_(stack, BUCKET, NAME, "--yes")
    assert (result.code, result.json["outcome"]) == (4, "blocked")
    assert "create google_storage_bucket.logs" in result.json["error"]
    assert resources(stack) == before


def test_import_requires_confirmation_or_yes_option(stack: Stack) -> None:
    for answers in ([], ["prod"]):
        stack.grid.answers[:] = answers
        result = import_(stack, BUCKET, NAME)
        assert (result.code, result.json["outcome"]) == (4, "blocked")
        assert "--yes" in result.json["advice"]
        assert BUCKET not in addresses(stack)
    stack.grid.answers[:] = ["test"]
    assert import_(stack, BUCKET, NAME).code == 0
    assert BUCKET in addresses(stack)


class Terminated(list[str]):
    """A terminal where SIGTERM arrives during the question."""

    def __iter__(self) -> Iterator[str]:
        os.kill(os.getpid(), signal.SIGTERM)
        yield "test"


def test_import_that_is_terminated_changes_nothing(stack: Stack) -> None:
    stack.grid.answers = Terminated(["test"])
    result = import_(stack, BUCKET, NAME)
    assert (result.code, result.json["error"]) == (1, "interrupted by SIGTERM")
    assert BUCKET not in addresses(stack)


def test_import_into_lost_state_of_applied_environment_is_blocked(
    stack: Stack, cloud: LocalGoogle
) -> None:
    remaining = sorted(addresses(stack))
    terraform.capture("state", "rm", *remaining, directory=stack.folder)
    cloud.storage.write(STATE_BUCKET, "grid/test/outputs.json", b"{}")
    result = import_(stack, BUCKET, NAME, "--yes")
    assert (result.code, result.json["outcome"]) == (4, "blocked")
    assert "the state of test is empty" in result.json["error"]
