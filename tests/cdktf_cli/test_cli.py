"""`synth`, `diff`, `deploy`, `output` and `destroy` work; docs/cdktf-cli.md says how."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.npm import NotInstalledError
from offline.terraform.session import Offline
from tests.cdktf_cli.cli import PROGRAMS, Cli, installed, make_synth, stacks

LOCK = "--skip-provider-lock"
SYNTH = "--skip-synth"
NOT_DESTROYED = {"google_project_service"}
"""Types that a destroy leaves: an API stays enabled (`disable_on_destroy` is false)."""


@pytest.fixture(params=PROGRAMS)
def cli(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cli]:
    """Each of the command lines, with an empty cloud."""
    try:
        installed(request.param)
    except NotInstalledError as error:
        pytest.skip(f"{request.param}: {error}")
    with Offline() as cloud:
        yield Cli(request.param, cloud, tmp_path)


def existing_types(cli: Cli) -> set[str]:
    """Return the types of the resources that exist."""
    return {type_ for type_, instances in cli.cloud.fake_cloud.resources.items() if instances}


@pytest.mark.slow
def test_stack_is_deployed_and_destroyed(cli: Cli, tmp_path: Path) -> None:
    cli.run("synth")
    assert stacks(tmp_path / "cdktf.out") == make_synth(tmp_path / "make")

    assert "to add, 0 to change, 0 to destroy" in cli.run("diff", "dev", SYNTH)
    assert existing_types(cli) == set()

    cli.run("deploy", "dev", LOCK, "--auto-approve")
    declared = cli.cloud.terraform("state", "list", chdir=cli.stack).stdout.split()
    assert {address.split(".")[0] for address in declared} - {
        "data",
        "random_id",
    } == existing_types(cli)

    assert "No changes" in cli.run("diff", "dev", SYNTH, LOCK)
    assert "grid-dev-example-app-data" in cli.run("output", "dev", SYNTH, LOCK)

    cli.run("destroy", "dev", SYNTH, LOCK, "--auto-approve")
    assert existing_types(cli) == NOT_DESTROYED
    assert cli.cloud.terraform("state", "list", chdir=cli.stack).stdout == ""
