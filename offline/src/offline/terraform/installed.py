"""Providers that a machine has: in filesystem mirrors, plugin caches, and initialized directories.

All of them have one layout (page "CLI configuration", section "Provider installation",
https://developer.hashicorp.com/terraform/cli/config/config-file): HOST/NAMESPACE/TYPE, and in it
VERSION/PLATFORM/terraform-provider-… or terraform-provider-TYPE_VERSION_PLATFORM.zip.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from offline.schema.bindings import cache_folder
from offline.terraform.versions import Version, parse

_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
PLATFORM = f"{platform.system().lower()}_{_MACHINES.get(platform.machine(), platform.machine())}"

UNKNOWN: Version = (0, 0, 0)
"""Version of a development override."""


@dataclass(frozen=True)
class Installed:
    """One version of a provider; `file` is its program, or the zip file that has it."""

    version: Version
    file: Path
    root: Path
    """Where it was found."""

    @property
    def text(self) -> str:
        """The version as people write it."""
        return "as built" if self.version == UNKNOWN else ".".join(map(str, self.version))

    def program(self) -> Path:
        """Return the program; what is packed is unpacked once, into the user's cache folder.

        Raises:
            OSError: the zip file cannot be read, or the cache folder cannot be written.
        """
        if self.file.suffix != ".zip":
            return self.file
        state = self.file.stat()
        mark = f"{self.file.resolve()} {state.st_size} {state.st_mtime_ns}"
        place = provider_cache() / hashlib.sha256(mark.encode()).hexdigest()[:16]
        if not (found := _program(place)):
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
                with zipfile.ZipFile(self.file) as packed:
                    packed.extractall(scratch)
                found = _program(Path(scratch))
                if found is None:
                    raise OSError(f"{self.file} has no terraform-provider-…")
                found.chmod(0o755)
                if not place.exists():
                    Path(scratch, "unpacked").mkdir()
                    found.rename(Path(scratch, "unpacked", found.name))
                    Path(scratch, "unpacked").rename(place)
            found = _program(place)
        if found is None:
            raise OSError(f"{place} has no terraform-provider-…")
        return found


def overridden(folder: Path | None) -> Installed | None:
    """Return the provider in the folder of a development override, whose version nobody knows."""
    program = folder and _program(folder)
    return Installed(UNKNOWN, program, folder) if folder and program else None


def provider_cache() -> Path:
    """Return where unpacked and downloaded providers are kept: in the user's cache folder."""
    schemas = cache_folder()
    return (schemas.parent if schemas else Path(tempfile.gettempdir(), "offline")) / "providers"


def search(roots: Iterable[Path], address: str) -> Iterator[Installed]:
    """Yield the versions of a provider in mirrors, for this machine's platform.

    A host other than that of the address counts too: OpenTofu's registry has the same programs.
    """
    _, namespace, name = address.split("/")
    packed = re.compile(rf"terraform-provider-{re.escape(name)}_([\d.]+)_{PLATFORM}\.zip")
    for root in roots:
        for folder in sorted(root.glob(f"*/{namespace}/{name}")):
            for entry in sorted(folder.iterdir()):
                zipped = packed.fullmatch(entry.name)
                version = parse(zipped[1] if zipped else entry.name)
                file = entry if zipped else _program(entry / PLATFORM)
                if version and file:
                    yield Installed(version, file, root)


def implied_mirrors(directory: Path) -> Iterator[Path]:
    """Yield the folders that Terraform searches without a configuration.

    They are listed on the page "CLI configuration", section "Implied Local Mirror Directories".
    """
    home = Path.home()
    yield directory / "terraform.d" / "plugins"
    yield home / ".terraform.d" / "plugins"
    if platform.system() == "Darwin":
        yield home / "Library" / "Application Support" / "io.terraform" / "plugins"
        yield Path("/Library/Application Support/io.terraform/plugins")
        return
    shares = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for share in (os.environ.get("XDG_DATA_HOME") or home / ".local/share", *shares.split(":")):
        yield Path(share, "terraform", "plugins")


def _program(folder: Path) -> Path | None:
    """Return the provider's program in a folder."""
    return next((file for file in sorted(folder.glob("terraform-provider-*"))), None)
