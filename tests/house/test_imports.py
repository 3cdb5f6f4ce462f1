"""Imports go in one direction: between packages, and between the folders of a package."""

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.sources import PACKAGES, files, imports, name

ALLOWED: dict[str, set[str]] = {
    "facts": set(),
    "contract": {"facts"},
    "environments": {"facts"},
    "constructs": {"contract", "environments", "facts"},
    "stacks": {"bindings", "constructs", "contract", "environments", "facts"},
    "main": {"bindings", "contract", "environments", "stacks"},
    "bindings": set(),
    "offline": {"facts"},
    "preview": {"contract", "facts", "offline"},
    "policy": {"contract", "offline"},
    "operations": {"contract", "facts"},
    "grid_shared": set(),
    "grid_migrations": set(),
    "grid_ai": {"grid_shared"},
    "grid_api": {"grid_shared"},
    "grid_auth": {"grid_shared"},
    # Servers of the tests.
    "benchmarks": {"grid_migrations", "grid_shared", "offline", "operations", "tests"},
}
"""Which packages a package may import."""
PROVIDERS = "cdktf_cdktf_provider_"
LIBRARY_OF_CONSTRUCTS = {"Construct", "Dependable", "IConstruct", "Node"}
"""Names that `from constructs import` takes from the library, which shares the folder's name."""


def test_every_package_has_its_direction() -> None:
    assert set(ALLOWED) == set(PACKAGES)
    TopologicalSorter(ALLOWED).prepare()  # fails on a cycle


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_package_imports_only_packages_below_it(package: str) -> None:
    wrong = []
    for item in imports(package):
        target, _, rest = item.target.partition(".")
        library = target == "constructs" and rest in LIBRARY_OF_CONSTRUCTS
        if target in {*PACKAGES, "tests"} - {package} - ALLOWED[package] and not library:
            wrong.append(str(item))
    assert wrong == []


def _cycles(package: str) -> list[str]:
    """Find cycles between siblings: the modules and folders of each folder of a package."""
    modules = {name(package, file) for file in files(package)}
    levels: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for item in imports(package):
        source = name(package, item.file).split(".")
        target = _module(item.target, modules)
        if target is None:
            continue
        parts = target.split(".")
        depth = next(
            (at for at, pair in enumerate(zip(source, parts, strict=False)) if pair[0] != pair[1]),
            None,
        )
        if depth is not None:
            levels[".".join(source[:depth])][source[depth]].add(parts[depth])
    cycles = []
    for folder, graph in sorted(levels.items()):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycles.append(f"{folder}: " + " <- ".join(error.args[1]))
    return cycles


def _module(target: str, modules: set[str]) -> str | None:
    """Return the module that an import loads: the target itself, or what holds its last name."""
    parent = target.rpartition(".")[0]
    candidates = (target, f"{target}.__init__", parent, f"{parent}.__init__")
    return next((candidate for candidate in candidates if candidate in modules), None)


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - {"main"}))
def test_folders_import_each_other_in_one_direction(package: str) -> None:
    assert _cycles(package) == []


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_providers_are_imported_by_module_in_constructs_and_stacks_only(package: str) -> None:
    found = [item for item in imports(package) if item.target.startswith(PROVIDERS)]
    if package not in {"constructs", "stacks"}:
        assert [str(item) for item in found] == []
    assert [str(item) for item in found if item.target.count(".") < 2] == []
