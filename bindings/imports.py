"""Which modules of the providers the repository's files import."""

import functools
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROVIDERS = ("cdktf_cdktf_provider_google", "cdktf_cdktf_provider_random")
NOT_SCANNED = frozenset(
    """
    benchmarks bindings cdktf.out contract docs environments facts node_modules offline operations
    policy preview services tests venv
    """.split()
)
"""Folders of the repository that import no provider; hidden folders are not scanned either. A new
folder at the top level, such as a team's own modules, is scanned."""

_IMPORT = re.compile(rf"^\s*(?:from|import) ({'|'.join(PROVIDERS)})\.(\w+)", re.MULTILINE)
_MENTION = re.compile(rf"\b({'|'.join(PROVIDERS)})\.(\w+)")
"""A module that is named in another way: in a string for `import_module`, or after a comma."""


def imported_modules() -> dict[str, list[str]]:
    """Return the modules of each provider that the repository's files import, sorted."""
    modules: dict[str, set[str]] = {provider: {"provider"} for provider in PROVIDERS}
    for file in _sources():
        text = file.read_text(encoding="utf-8")
        for provider, module in _IMPORT.findall(text):
            modules[provider].add(module)
        for provider, module in _MENTION.findall(text):
            if (installed(provider) / module).is_dir():
                modules[provider].add(module)
    return {provider: sorted(names) for provider, names in modules.items()}


def _sources() -> Iterator[Path]:
    for entry in sorted(ROOT.iterdir()):
        if entry.name.startswith(".") or entry.name in NOT_SCANNED:
            continue
        if entry.is_dir():
            yield from sorted(entry.rglob("*.py"))
        elif entry.suffix == ".py":
            yield entry


@functools.cache
def installed(provider: str) -> Path:
    """Folder of an installed provider package."""
    spec = importlib.util.find_spec(provider)
    if not spec or not spec.origin:
        raise FileNotFoundError(f"{provider} is not installed")
    return Path(spec.origin).parent
