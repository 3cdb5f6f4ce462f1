"""The genuine providers of a run: from a filesystem mirror, or from where Terraform has them."""

from __future__ import annotations

import json
import os
from pathlib import Path

from offline.terraform.core import Core
from offline.terraform.installed import PLATFORM, Installed
from offline.terraform.requirements import REGISTRY
from offline.terraform.sources import ProviderNotFoundError, Sources

VARIABLE = "GRID_PROVIDER_MIRROR"
RANDOM_VERSION = "3.7.2"


def unpack(folder: Path, core: Core, version: str) -> Path:
    """Link hashicorp/google and random into a folder, and return it as a filesystem mirror.

    Terraform links to an unpacked provider, and copies a packed one at every `init`.

    Raises:
        ProviderNotFoundError: neither the mirror nor the registry has the provider.
    """
    versions = {"google": version, "random": RANDOM_VERSION}
    needed = {
        name: {"source": f"hashicorp/{name}", "version": number}
        for name, number in versions.items()
    }
    work, target = folder / "required", folder / "unpacked"
    work.mkdir(parents=True, exist_ok=True)
    document = {"terraform": {"required_providers": needed}}
    (work / "main.tf.json").write_text(json.dumps(document), encoding="utf-8")
    for name, number in versions.items():
        program = _find(name, number, work, core).program()
        place = target / REGISTRY / "hashicorp" / name / number / PLATFORM
        place.mkdir(parents=True, exist_ok=True)
        link = place / program.name
        link.unlink(missing_ok=True)
        link.symlink_to(program)
    return target


def configuration(mirror: Path) -> str:
    """Return the text of Terraform's configuration file for a mirror."""
    return (
        "disable_checkpoint = true\n"
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )


def _find(name: str, version: str, work: Path, core: Core) -> Installed:
    """Return the version that a directory requires. Raises ProviderNotFoundError."""
    value = os.environ.get(VARIABLE, "")
    sources = Sources(Path(value).resolve() if value else None)
    missing = ProviderNotFoundError(
        f"Error: {VARIABLE}={value} has no provider hashicorp/{name} {version}",
        advice="Name a Terraform filesystem mirror with its zip files, or unset the variable to "
        "use the registry",
    )
    for attempt in range(2):
        try:
            found = sources.find(name, work)
            if not sources.unmet(name, work, found.version):
                return found
        except ProviderNotFoundError:
            pass
        if value or attempt:
            break
        sources.download(name, work, core, missing)
    raise missing
