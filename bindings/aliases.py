"""Import a package by another name: the sources say `cdktf`, and `cdktn` is installed.

Both names give the same module object, so that each class exists once, and jsii loads one assembly.
"""

import importlib
import sys
from collections.abc import Mapping
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType


class AliasFinder:
    """Finds packages and their modules by other names."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        """Return how to import a module by an alias; None for any other name."""
        package, dot, module = name.partition(".")
        if package not in self._aliases:
            return None
        return ModuleSpec(name, _AliasLoader(self._aliases[package] + dot + module))


class _AliasLoader(Loader):
    """Loads a module by its own name, and lets it replace the module with the alias."""

    def __init__(self, name: str) -> None:
        self._name = name

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        """Let Python create the module, which is replaced."""

    def exec_module(self, module: ModuleType) -> None:
        """Replace the module. Import system: a module may replace itself in `sys.modules`.

        Source: https://docs.python.org/3/reference/import.html#loading
        """
        sys.modules[module.__name__] = importlib.import_module(self._name)


def install(aliases: Mapping[str, str]) -> None:
    """Let imports find packages by their aliases from now on. A second call changes nothing."""
    if aliases and not any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, AliasFinder(aliases))
