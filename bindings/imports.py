"""Which modules of the providers the repository's files import."""

import functools
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

from bindings.packages import ALIASES, PREFIX, PROVIDERS, SOURCE_PREFIX

ROOT = Path(__file__).resolve().parent.parent
NOT_SCANNED = frozenset(
    """
    benchmarks bindings cdktf.out contract docs environments facts node_modules offline operations
    policy preview services tests venv
    """.split()
)
"""Folders of the repository that import no provider; hidden folders are not scanned either. A new
folder at the top level, such as a team's own modules, is scanned."""

_NAMES = {name: name for name in PROVIDERS} | {
    alias: package for alias, package in ALIASES.items() if package in PROVIDERS
}
_PROVIDER = f"({'|'.join(_NAMES)})"
_MODULE = re.compile(rf"{_PROVIDER}\.([a-z]\w*)")
"""A module by its full name, in an import statement or in a string for `import_module`."""
_FROM_PACKAGE = re.compile(rf"from {_PROVIDER} import (\([^)]*\)|[^(\n]*)")
_COMMENT = re.compile(r"#.*")


def imported_modules() -> dict[str, list[str]]:
    """Return the modules of each provider that the repository's files name, sorted."""
    modules: dict[str, set[str]] = {provider: set() for provider in PROVIDERS}
    for file in _sources():
        with open(file, encoding="utf-8", errors="replace") as opened:  # noqa: PTH123 (faster)
            text = opened.read()
        if SOURCE_PREFIX not in text and PREFIX not in text:
            continue
        text = _COMMENT.sub("", text)
        for name, module in _MODULE.findall(text):
            modules[_NAMES[name]].add(module)
        for name, names in _FROM_PACKAGE.findall(text):
            modules[_NAMES[name]].update(re.findall(r"\b[a-z]\w*", names))
    return {
        provider: sorted(
            name for name in names | {"provider"} if (installed(provider) / name).is_dir()
        )
        for provider, names in modules.items()
    }


def _sources() -> Iterator[str]:
    for folder, folders, files in os.walk(ROOT):
        excluded = NOT_SCANNED if folder == str(ROOT) else {"__pycache__"}
        folders[:] = [name for name in folders if name[0] != "." and name not in excluded]
        yield from (f"{folder}/{name}" for name in files if name.endswith(".py"))


@functools.cache
def installed(package: str) -> Path:
    """Return the folder of an installed package.

    Raises:
        FileNotFoundError: It is not installed.
    """
    spec = importlib.util.find_spec(package)
    if not spec or not spec.origin:
        raise FileNotFoundError(f"{package} is not installed")
    return Path(spec.origin).parent
