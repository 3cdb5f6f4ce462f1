"""Packages with the names of CDKTF's prebuilt providers, holding only what is imported here.

`cdktf_cdktf_provider_google` imports 1,471 modules, and jsii loads a 98 MB description of them and
1,470 JavaScript files in Node. The overlay, first on `sys.path`, has the imported modules alone,
cut from the installed wheels: types and JavaScript are the wheel's own.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.resources
import importlib.util
import io
import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bindings import manifest
from bindings.imports import NOT_SCANNED, PROVIDERS, ROOT, imported_modules, installed

CACHE = ROOT / ".cache" / "bindings"
BASE = "constructs"
CORE = "cdktf"


_FORMAT = "8"  # raise it when the layout of an overlay changes
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=data:.*$", re.MULTILINE)
"""A map to TypeScript that nobody has, after the code and twice as large."""

_LOAD = re.compile(r'JSIIAssembly\.load\(\s*"([^"]+)",\s*"([^"]+)",[^,]+,\s*"([^"]+)"')
"""Name, version and archive with which a package has itself loaded in Node."""

_ASSEMBLIES = "assemblies.json"

_LOOK_UP = "int(_metadata_package_version('typeguard').split('.')[0])"

_PACKAGE = '''"""The modules of {name} that this repository imports. Built by `bindings`."""

import sys


def __getattr__(name: str) -> object:
    raise ImportError(f"import {{name}} from its module: from {name}.<module> import {{name}}")


class _Missing:
    """Explains an import that nothing else finds."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.startswith("{name}."):
            raise ImportError(
                f"{{name}} is not loaded: name it in an import statement of a .py file in this "
                "repository, outside of hidden folders, {not_scanned}; or set GRID_BINDINGS=stock"
            )


sys.meta_path.append(_Missing())
'''


def build() -> Path:
    """Return the overlay's folder for the present imports and wheels; build it if missing.

    An overlay with a file that is missing, truncated or changed is built again. Safe when several
    processes start at once: one builds, the others wait.

    Raises:
        OSError: the cache cannot be written, or a provider is not installed.
        KeyError, ValueError, tarfile.TarError: a wheel has another layout than expected.
    """
    imports = imported_modules()
    versions = [*(_version(package) for package in (BASE, CORE, *PROVIDERS)), _typeguard()]
    key = hashlib.sha256(json.dumps([_FORMAT, versions, imports]).encode())
    overlay = CACHE / key.hexdigest()[:16]
    if manifest.is_complete(overlay):
        return overlay
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first process builds, others wait
        if not manifest.is_complete(overlay):
            manifest.remove(overlay)
            _build(overlay, imports)
    return overlay


def _build(overlay: Path, imports: dict[str, list[str]]) -> None:
    work = Path(tempfile.mkdtemp(dir=CACHE, prefix=".building-"))
    try:
        _build_core(work / CORE)
        for provider, modules in imports.items():
            _build_package(provider, modules, work / provider)
        _build_runtime(work / "runtime")
        loads = {package: _load(package) for package in (BASE, CORE, *PROVIDERS)}
        (work / _ASSEMBLIES).write_text(json.dumps(loads), encoding="utf-8")
        manifest.write(work)
        work.chmod(0o755)
        work.rename(overlay)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def assemblies(overlay: Path) -> list[dict[str, str]]:
    """List what Node loads for the packages of an overlay, in the order of their dependencies.

    Each as jsii's protocol asks for it: `name`, `version` and the path of its `tarball`.

    Raises:
        OSError: the overlay has no list of them, or a package is not installed.
    """
    loads = json.loads((overlay / _ASSEMBLIES).read_text(encoding="utf-8"))
    return [
        {
            "name": name,
            "version": version,
            "tarball": str(
                (installed(BASE) if package == BASE else overlay / package) / "_jsii" / archive
            ),
        }
        for package, (name, version, archive) in loads.items()
    ]


def _load(package: str) -> tuple[str, str, str]:
    """Name, version and archive of a package's assembly."""
    code = (installed(package) / "_jsii" / "__init__.py").read_text(encoding="utf-8")
    if not (found := _LOAD.search(code)):
        raise ValueError(f"{package} does not say what Node has to load")
    return found[1], found[2], found[3]


def _archive(provider: str) -> Path:
    """Return the provider's jsii archive: its types and JavaScript."""
    [archive] = (installed(provider) / "_jsii").glob("*.jsii.tgz")
    return archive


def _version(provider: str) -> str:
    archive = _archive(provider)
    return f"{archive.name} {archive.stat().st_size}"


def _build_core(target: Path) -> None:
    """CDKTF itself, whole, but for the evaluation of its annotations."""
    source = installed(CORE)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    _copy_module(source, target)


def _copy_module(source: Path, target: Path) -> None:
    """Copy generated code; its tens of thousands of annotations need not be evaluated, and the
    version of the type checker, which each module looks up anew, is known.
    """
    code = (source / "__init__.py").read_text(encoding="utf-8")
    code = f"from __future__ import annotations\n{code.replace(_LOOK_UP, _typeguard())}"
    (target / "__init__.py").write_text(code, encoding="utf-8")


def _typeguard() -> str:
    """Return the major version of the type checker, as a literal."""
    return importlib.metadata.version("typeguard").partition(".")[0]


def _build_package(provider: str, modules: list[str], target: Path) -> None:
    source = installed(provider)
    target.mkdir()
    (target / "__init__.py").write_text(
        _PACKAGE.format(name=provider, not_scanned=", ".join(sorted(NOT_SCANNED))), encoding="utf-8"
    )
    (target / "py.typed").touch()
    for module in modules:
        if not (source / module).is_dir():
            raise FileNotFoundError(f"{provider} has no module {module}")
        (target / module).mkdir()
        _copy_module(source / module, target / module)
    (target / "_jsii").mkdir()
    shutil.copy(source / "_jsii" / "__init__.py", target / "_jsii")
    archive = _archive(provider)
    with (
        tarfile.open(archive) as whole,
        tarfile.open(target / "_jsii" / archive.name, "w:gz", compresslevel=1) as part,
    ):
        for name, data in _members(whole, modules):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            part.addfile(info, io.BytesIO(data))


def _members(archive: tarfile.TarFile, modules: list[str]) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files of an archive that these modules need."""
    submodules = {re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in modules}
    folders = {name.replace("_", "-") for name in modules}
    for member in archive:
        name = member.name.removeprefix("package/")
        parts = name.split("/")
        file = archive.extractfile(member)
        if file is None:
            continue
        if name == ".jsii":
            yield member.name, _assembly(json.load(file), submodules)
        elif name == "lib/index.js":
            yield member.name, _index(folders)
        elif name == "package.json" or (parts[0] == "lib" and parts[1] in folders):
            yield member.name, _SOURCE_MAP.sub(b"", file.read())


def _assembly(assembly: dict[str, object], submodules: set[str]) -> bytes:
    """Jsii's description of a package, reduced to these submodules."""
    prefix = f"{assembly['name']}."
    for section in ("types", "submodules"):
        entries = assembly[section]
        if not isinstance(entries, dict):
            raise ValueError(f"{section} of {assembly['name']} is not a mapping")
        assembly[section] = {
            name: entry
            for name, entry in entries.items()
            if name.removeprefix(prefix).split(".")[0] in submodules
        }
    assembly.pop("readme", None)
    return json.dumps(_without_docs(assembly)).encode()


def _without_docs(value: Any) -> Any:
    """Remove from a description what only readers need: two thirds of its size."""
    match value:
        case dict():
            return {
                key: _without_docs(part)
                for key, part in value.items()
                if key not in ("docs", "locationInModule")
            }
        case list():
            return [_without_docs(part) for part in value]
        case _:
            return value


def _index(folders: set[str]) -> bytes:
    lines = ["'use strict';"]
    for folder in sorted(folders):
        name = re.sub(r"-(\w)", lambda match: match[1].upper(), folder)
        lines.append(f"exports.{name} = require('./{folder}');")
    return "\n".join(lines).encode()


def _build_runtime(target: Path) -> None:
    """Jsii's program beside an entry point that runs it in the same process."""
    embedded = importlib.resources.files("jsii._embedded.jsii")
    (target / "bin").mkdir(parents=True)
    (target / "lib").mkdir()
    shutil.copy(Path(__file__).with_name("runtime.js"), target / "bin")
    for name in ("program.js", "runtime-index-worker.js"):
        (target / "lib" / name).write_bytes((embedded / f"lib__{name}").read_bytes())
