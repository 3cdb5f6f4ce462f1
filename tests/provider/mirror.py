"""The providers of a run: from a Terraform filesystem mirror, or from the registry."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

from offline.terraform.core import Core

VARIABLE = "GRID_PROVIDER_MIRROR"
RANDOM_VERSION = "3.7.2"
_ZIP = re.compile(r"terraform-provider-(?P<name>.+)_(?P<version>[\d.]+)_(?P<platform>\w+_\w+)\.zip")


class ProviderNotFoundError(Exception):
    """The provider cannot be had; the message says what to do."""


def unpack(folder: Path, core: Core, version: str) -> Path:
    """Unpack hashicorp/google and random into a folder, and return it as a filesystem mirror.

    Terraform links to an unpacked provider, and copies a packed one at every `init`.

    Raises:
        ProviderNotFoundError: neither the mirror nor the registry has the provider.
    """
    value = os.environ.get(VARIABLE, "")
    source = Path(value).resolve() if value else _download(folder, core, version)
    target = folder / "unpacked"
    wanted = {("google", version), ("random", RANDOM_VERSION)}
    found = set()
    for file in source.glob("*/hashicorp/*/*.zip"):
        named = _ZIP.fullmatch(file.name)
        if named is None or (named["name"], named["version"]) not in wanted:
            continue
        found.add((named["name"], named["version"]))
        place = target / file.parent.relative_to(source) / named["version"] / named["platform"]
        with zipfile.ZipFile(file) as packed:
            packed.extractall(place)
        for program in place.glob("terraform-provider-*"):
            program.chmod(0o755)
    if missing := sorted(wanted - found):
        name, lacked = missing[0]
        raise ProviderNotFoundError(
            f"Error: {VARIABLE}={value} has no provider hashicorp/{name} {lacked}\n"
            "help: Name a Terraform filesystem mirror with its zip files, or unset the variable "
            "to use the registry"
        )
    return target


def configuration(mirror: Path) -> str:
    """Return the text of Terraform's configuration file for a mirror."""
    return (
        "disable_checkpoint = true\n"
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )


def _download(folder: Path, core: Core, version: str) -> Path:
    """Mirror the providers from the registry. Raises ProviderNotFoundError."""
    needed = {
        "google": {"source": "hashicorp/google", "version": version},
        "random": {"source": "hashicorp/random", "version": RANDOM_VERSION},
    }
    work, target = folder / "download", folder / "packed"
    work.mkdir(parents=True, exist_ok=True)
    document = {"terraform": {"required_providers": needed}}
    (work / "main.tf.json").write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run(
        core.command(["providers", "mirror", str(target)]),
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProviderNotFoundError(
            f"Error: The registry has no provider hashicorp/google {version}, or is not reachable\n"
            f"help: Set {VARIABLE} to a Terraform filesystem mirror"
        )
    return target
