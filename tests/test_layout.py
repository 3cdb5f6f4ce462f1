"""The shape of the project: what imports what, and the folder that must stay without a module."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 260
ALLOWED = {
    "environments": {"facts"},
    "constructs": {"environments", "facts", "contract"},
    "stacks": {"environments", "constructs", "contract"},
    "facts": set(),
    "offline": {"facts"},
    "operations": {"contract", "facts"},
    "contract": set(),
    "policy": {"contract", "offline"},
    "preview": {"contract", "offline"},
    "services": set(),
}
"""Which rooms may be imported from which: one direction only."""
OWN = {
    *("contract", "facts", "environments", "constructs", "stacks", "main", "offline", "operations"),
    *("policy", "preview", "tests", "benchmarks", "bindings"),
}


def test_constructs_has_no_module_of_its_own() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists(), (
        "constructs/__init__.py would hide the library of the same name; see constructs/README.md"
    )


def test_constructs_joins_the_library() -> None:
    import constructs
    from constructs import Construct
    from constructs.networking import Network

    assert issubclass(Network, Construct)
    assert str(ROOT / "constructs") in [str(Path(entry)) for entry in constructs.__path__]


def _modules(room: str) -> Iterator[Path]:
    folder = ROOT / room
    yield from sorted((folder / "src" if (folder / "src").is_dir() else folder).rglob("*.py"))


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_imports_go_one_way(room: str) -> None:
    wrong = []
    for file in _modules(room):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or node.level:
                continue
            package, _, below = (node.module or "").partition(".")
            library = package == "constructs" and not below
            if package in OWN - {room} - ALLOWED[room] and not library:
                wrong.append(f"{file.relative_to(ROOT)}:{node.lineno} imports {node.module}")
    assert wrong == []


def test_environments_do_not_load_jsii() -> None:
    code = "import sys, environments; sys.exit('jsii' in sys.modules or 'cdktf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("room", ["environments", "constructs", "stacks", "operations"])
def test_a_file_is_one_idea(room: str) -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in _modules(room)
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_provider_is_imported_whole() -> None:
    whole = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for room in ("constructs", "stacks")
        for file in _modules(room)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("cdktf_cdktf_provider_")
        and "." not in (node.module or "")
    ]
    assert whole == []
