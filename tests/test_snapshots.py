"""The synthesized environments are those that were reviewed."""

from pathlib import Path

import pytest

from tests.snapshots import FOLDER, rendered
from tests.template import ENVIRONMENTS, stacks

ENVIRONMENT_NAMES = sorted(file.stem for file in ENVIRONMENTS.glob("*.yaml"))
NAMES = [*ENVIRONMENT_NAMES, *(f"{name}-bootstrap" for name in ENVIRONMENT_NAMES)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["tf.json", "addresses.txt"])
def test_snapshot(name: str, kind: str) -> None:
    file = FOLDER / f"{name}.{kind}"
    expected = file.read_text(encoding="utf-8").splitlines()
    actual = rendered(name, stacks()[name])[file].splitlines()
    assert actual == expected, "review the change, then `make snapshots`"


def test_no_snapshot_without_its_stack() -> None:
    snapshots: list[Path] = [*FOLDER.glob("*.tf.json"), *FOLDER.glob("*.addresses.txt")]
    assert {file.name.split(".")[0] for file in snapshots} == set(NAMES)
