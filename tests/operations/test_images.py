"""Images that a release takes: of the environment's registry, each for its own service."""

import pytest

from tests.operations.commandline import Grid
from tests.operations.platform import PROJECT, LocalGoogle
from tests.operations.releases import everywhere, image, push, served

ONE = image("1")
DEPLOY = ("deploy", "test", f"--image=api={ONE}", "--json")


@pytest.fixture(autouse=True)
def pushed(cloud: LocalGoogle) -> None:
    push(cloud, ONE)


@pytest.mark.parametrize("reference", [ONE, ONE.replace(PROJECT, "elsewhere")])
def test_deploy_takes_foreign_image_when_told(
    grid: Grid, cloud: LocalGoogle, reference: str
) -> None:
    push(cloud, reference)
    assert grid("deploy", "test", f"--image=auth={reference}").code == 2
    assert grid("deploy", "test", f"--image=auth={reference}", "--foreign-image").code == 0
    assert served(cloud, "auth") == everywhere(reference)


@pytest.mark.parametrize("reference", [ONE, image("3", "migrations").replace("/services/", "/x/")])
def test_migration_job_takes_foreign_image_only_when_told(
    grid: Grid, cloud: LocalGoogle, reference: str
) -> None:
    push(cloud, reference)
    result = grid(*DEPLOY, f"--migrate-image={reference}")
    assert (result.code, "the migration job" in result.json["error"]) == (2, True)
    assert grid("migrate", "test", f"--image={reference}").code == 2
    assert grid("migrate", "test", f"--image={reference}", "--foreign-image").code == 0
