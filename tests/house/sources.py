"""Packages of the repository, their modules and the imports between them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
PACKAGES = {
    "benchmarks": ROOT / "benchmarks",
    "bindings": ROOT / "bindings",
    "constructs": ROOT / "constructs",
    "contract": ROOT / "contract",
    "environments": ROOT / "environments",
    "facts": ROOT / "facts" / "src" / "facts",
    "grid_ai": ROOT / "services" / "ai" / "grid_ai",
    "grid_api": ROOT / "services" / "api" / "grid_api",
    "grid_auth": ROOT / "services" / "auth" / "grid_auth",
    "grid_migrations": ROOT / "services" / "migrations" / "grid_migrations",
    "grid_shared": ROOT / "services" / "shared" / "grid_shared",
    "main": ROOT / "main.py",
    "offline": ROOT / "offline" / "src" / "offline",
    "operations": ROOT / "operations",
    "policy": ROOT / "policy",
    "preview": ROOT / "preview",
    "stacks": ROOT / "stacks",
}
"""Import name of each package, and its folder."""


class Import(NamedTuple):
    """An import statement: where it is, and the full name of what it imports."""

    file: Path
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.target}"


def files(package: str) -> list[Path]:
    """List the modules of a package."""
    folder = PACKAGES[package]
    return [folder] if folder.is_file() else sorted(folder.rglob("*.py"))


def name(package: str, file: Path) -> str:
    """Return the import name of a module; that of a package ends with `.__init__`."""
    folder = PACKAGES[package]
    return ".".join((package, *file.relative_to(folder).with_suffix("").parts))


@cache
def tree(file: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def imports(package: str) -> tuple[Import, ...]:
    """List the imports of a package, also those inside functions and for types only."""
    return tuple(item for file in files(package) for item in _imports(package, file))


def _imports(package: str, file: Path) -> Iterator[Import]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            parents = name(package, file).split(".")[: -node.level] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(file, node.lineno, f"{base}.{alias.name}")
