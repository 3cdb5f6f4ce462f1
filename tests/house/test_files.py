"""Files are short, and the folder that must stay without a module has none."""

import subprocess
import sys

import pytest

from tests.house.sources import PACKAGES, ROOT, files

MAX_LINES = 260
LONGER: dict[str, str] = {
    "offline/src/offline/engine/google.py": "the operations of one provider on one resource",
}
"""Files with more lines, each with the reason."""


def test_constructs_has_no_init_file() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists(), (
        "constructs/__init__.py would hide the library of the same name; see constructs/README.md"
    )


def test_constructs_joins_the_library() -> None:
    import constructs
    from constructs import Construct
    from constructs.networking import Network

    assert issubclass(Network, Construct)
    assert str(ROOT / "constructs") in constructs.__path__


@pytest.mark.parametrize("package", ["environments", "contract", "facts", "operations"])
def test_package_does_not_load_jsii(package: str) -> None:
    code = f"import sys, {package}; sys.exit('jsii' in sys.modules or 'cdktf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_file_length_is_limited(package: str) -> None:
    lengths = {
        file.relative_to(ROOT).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in files(package)
    }
    too_long = {file: lines for file, lines in lengths.items() if lines > MAX_LINES}
    assert {file: lines for file, lines in too_long.items() if file not in LONGER} == {}
    assert {file for file in LONGER if file in lengths} <= set(too_long), "remove it from LONGER"


def test_exceptions_to_the_file_length_exist() -> None:
    assert [file for file in LONGER if not (ROOT / file).is_file()] == []
