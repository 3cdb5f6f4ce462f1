"""The place of the state is found in the environment file, else in the stack."""

from pathlib import Path

import pytest

from contract.state_location import StateLocation, StateLocationError, find
from tests.template import platforms


def write(folder: Path, file: str, stack: str) -> tuple[Path, Path]:
    (folder / "dev.yaml").write_text(file, encoding="utf-8")
    (folder / "cdk.tf.json").write_text(stack, encoding="utf-8")
    return folder / "dev.yaml", folder


BACKEND = '{"terraform": {"backend": {"gcs": {"bucket": "of-the-stack", "prefix": "grid/dev"}}}}'


def test_file_comes_before_stack(tmp_path: Path) -> None:
    paths = write(
        tmp_path, "cache: {memory_gb: wrong}\nstate: {bucket: b, prefix: grid/dev/}", BACKEND
    )
    assert find(*paths) == StateLocation("b", "grid/dev")


@pytest.mark.parametrize("text", ["", "state: [", "state: x", "state: {bucket: b}", "\xff"])
def test_stack_is_read_when_file_does_not_say_it(tmp_path: Path, text: str) -> None:
    assert find(*write(tmp_path, text, BACKEND)).bucket == "of-the-stack"


@pytest.mark.parametrize("stack", ["", "[]", '{"terraform": {"backend": {"local": {}}}}'])
def test_missing_location_is_an_error(tmp_path: Path, stack: str) -> None:
    with pytest.raises(StateLocationError, match=r"dev\.yaml has no state\.bucket"):
        find(*write(tmp_path, "", stack))


def test_file_and_synthesized_backend_agree(tmp_path: Path) -> None:
    """What Terraform uses is what `grid` reads."""
    from environments.loader import directory

    for name, platform in platforms().items():
        backend = platform.document["terraform"]["backend"]["gcs"]
        location = find(directory() / f"{name}.yaml", tmp_path)
        assert location == StateLocation(backend["bucket"], backend["prefix"])
