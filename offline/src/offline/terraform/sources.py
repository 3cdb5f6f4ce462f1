"""Where a directory's genuine providers come from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from offline.terraform.core import Core
from offline.terraform.installed import Installed, implied_mirrors, provider_cache, search
from offline.terraform.requirements import REGISTRY, data_folder, locked, required
from offline.terraform.versions import accepts, parse

VARIABLE = "OFFLINE_MIRROR"


class ProviderNotFoundError(Exception):
    """A provider cannot be had; the message says where it was searched and what to do."""


class Sources:
    """Finds providers for directories.

    `mirror` is searched first; without it the one that OFFLINE_MIRROR names.
    """

    def __init__(self, mirror: Path | None = None) -> None:
        named = os.environ.get(VARIABLE, "")
        self._mirror = mirror or (Path(named) if named else None)

    def find(self, name: str, directory: Path, core: Core) -> Installed:  # noqa: ARG002
        """Return the version of hashicorp/NAME that a directory gets.

        It is the locked version, else the newest that fits the constraints of the directory, else
        the newest.

        Raises:
            ProviderNotFoundError: this machine has none.
        """
        address = f"{REGISTRY}/hashicorp/{name}"
        constraints = required(directory).get(address, [])
        wanted = parse(locked(directory).get(address, ""))
        roots = list(self._roots(directory))
        found = list(search(roots, address))
        if not found:
            searched = "\n".join(f"  {root}" for root in roots)
            raise ProviderNotFoundError(
                f"no provider hashicorp/{name} for this machine in\n{searched}\n"
                f"Name a Terraform filesystem mirror in {VARIABLE} or with --mirror."
            )
        return max(
            found,
            key=lambda one: (
                one.version == wanted,
                accepts(constraints, one.version),
                one.version,
                one.root == self._mirror,
                -roots.index(one.root),
            ),
        )

    def _roots(self, directory: Path) -> Iterator[Path]:
        if self._mirror is not None:
            yield self._mirror
            return
        yield data_folder(directory) / "providers"
        if cache := os.environ.get("TF_PLUGIN_CACHE_DIR"):
            yield Path(cache)
        yield from implied_mirrors(directory)
        yield provider_cache() / "registry"
