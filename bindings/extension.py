"""Extend the unpacked package of an overlay by a module, for Node."""

import fcntl
import json
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path

from bindings import assemblies, builder, manifest
from bindings.imports import installed

_TYPES = "types.json"
"""What the module adds to the description of its package."""


def add(overlay: Path, provider: str, module: str) -> Path:
    """Put a module's JavaScript and types into an overlay, whole or not at all; return its folder.

    Safe when several processes add modules at once. The first time takes some seconds, because the
    description of the whole package is read; a damaged folder is written again.

    Raises:
        OSError: The overlay cannot be written.
        KeyError, ValueError: The package has another layout than expected.
    """
    name, _, archive = assemblies.load_arguments(provider)
    library = overlay / manifest.PACKAGES / "node_modules" / name / "lib"
    folder = library / module.replace("_", "-")
    if manifest.is_folder_intact(folder):
        return folder
    with (overlay.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not manifest.is_folder_intact(folder):
            manifest.remove(folder)
            work = Path(tempfile.mkdtemp(dir=library, prefix=".adding-"))
            try:
                _write(installed(provider) / "_jsii" / archive, module, folder.name, work)
                manifest.write_folder(work)
                work.chmod(0o755)
                work.rename(folder)
            except (tarfile.TarError, EOFError, zlib.error) as error:
                raise ValueError(f"the archive of {provider} is damaged: {error}") from error
            finally:
                shutil.rmtree(work, ignore_errors=True)
    return folder


def _write(archive: Path, module: str, folder: str, target: Path) -> None:
    types: dict[str, object] = {}
    with tarfile.open(archive) as whole:
        for name, data in builder.members(whole, [module]):
            path = Path(name.removeprefix("package/"))
            if path.name == ".jsii":
                types = json.loads(data)["types"]
            elif path.parts[:2] == ("lib", folder) and builder.is_run(path.name):
                file = target.joinpath(*path.parts[2:])
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
    if not types or not (target / "index.js").is_file():
        raise ValueError(f"{archive.name} has no module {module}")
    (target / _TYPES).write_text(json.dumps(types), encoding="utf-8")
