"""Build an overlay: cut the modules in use out of the installed packages."""

import importlib.metadata
import io
import json
import py_compile
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from bindings import assemblies, manifest, node
from bindings.imports import installed
from bindings.packages import ALIASES, CORE, PROVIDERS

_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=data:.*$", re.MULTILINE)
"""A map to TypeScript that no package contains, after the code and twice as large."""

_TYPEGUARD = "int(_metadata_package_version('typeguard').split('.')[0])"

_IMPORT_OF_TYPEGUARD = re.compile(r"^import typeguard$", re.MULTILINE)

_CAST = re.compile(r"^( +return )typing\.cast\([^()\n]*, (result|jsii\.\w+\(.*\))\)$", re.MULTILINE)
"""A cast of a result: its type would be evaluated in each call, and the annotation says it too."""

_PACKAGE = '''"""The modules of {name} that this repository imports. Built by `bindings`."""

import sys
from types import ModuleType

from bindings.missing import MissingModuleFinder, import_module, list_modules


def __getattr__(name: str) -> ModuleType:
    return import_module(__name__, name)


def __dir__() -> list[str]:
    return sorted({{*globals(), *list_modules(__name__)}})


if MissingModuleFinder not in sys.meta_path:
    sys.meta_path.append(MissingModuleFinder)
'''

_NOT_RUN = (".map", ".md", ".mts", ".ts", ".tsbuildinfo")
"""Endings of files that Node never loads, a fifth of all."""


def is_run(name: str) -> bool:
    """Return whether Node can load a file of this name."""
    return not name.endswith(_NOT_RUN)


def build(overlay: Path, imports: dict[str, list[str]]) -> None:
    """Build an overlay with these modules of each provider, complete or not at all.

    Raises:
        OSError: The cache cannot be written, or a package is not installed.
        KeyError, ValueError: A package has another layout than expected.
    """
    work = Path(tempfile.mkdtemp(dir=overlay.parent, prefix=".building-"))
    try:
        _build_core(work / CORE)
        for provider, modules in imports.items():
            _build_package(provider, modules, work / provider)
        _write_stubs(work, imports)
        assemblies.write(work)
        for assembly in assemblies.read(work):
            _unpack(assembly, work / manifest.PACKAGES / "node_modules")
        node.write_program(work / "runtime")
        _compile(work, overlay)
        manifest.write(work)
        work.chmod(0o755)
        work.rename(overlay)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ValueError(f"the archive of a package is damaged: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _compile(work: Path, overlay: Path) -> None:
    """Compile what Python imports, so that a start never has to; for `-O` without docstrings, a
    fifth of the bytecode.
    """
    for file in (file for package in (CORE, *PROVIDERS) for file in (work / package).rglob("*.py")):
        for suffix, optimize in (("", 0), (1, 2)):
            py_compile.compile(
                str(file),
                cfile=cache_from_source(file, optimization=suffix),
                dfile=str(overlay / file.relative_to(work)),
                doraise=True,
                optimize=optimize,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )


def _unpack(assembly: dict[str, str], node_modules: Path) -> None:
    """Unpack an archive where Node looks for the package, without what Node never loads.

    `TarInfo.replace` and the filters of `tarfile` came with Python 3.11.4; Debian 12 has 3.11.2.
    """
    target = node_modules / assembly["name"]
    with tarfile.open(assembly["tarball"]) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or not is_run(member.name):
                continue
            path = target / member.name.removeprefix("package/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.read())
    description = json.loads((target / ".jsii").read_text(encoding="utf-8"))
    (target / ".jsii").write_text(json.dumps(_without_docs(description)), encoding="utf-8")


def _build_core(target: Path) -> None:
    """CDKTF itself, whole, but for the evaluation of its annotations."""
    source = installed(CORE)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for module in source.rglob("__init__.py"):
        _copy_module(module.parent, target / module.parent.relative_to(source))


def _copy_module(source: Path, target: Path) -> None:
    """Copy generated code, without what costs time at import: the evaluation of its annotations,
    tens of thousands, and the type checker, which `python -O` does not use; nor at each call: the
    types of casts.
    """
    version = importlib.metadata.version("typeguard").partition(".")[0]
    code = (source / "__init__.py").read_text(encoding="utf-8").replace(_TYPEGUARD, version)
    code = _IMPORT_OF_TYPEGUARD.sub("if __debug__:\n    import typeguard", code)
    code = _CAST.sub(r"\1\2", code)
    code = f"from __future__ import annotations\n{code}"
    target.mkdir(exist_ok=True)
    (target / "__init__.py").write_text(code, encoding="utf-8")


def _write_stubs(work: Path, imports: dict[str, list[str]]) -> None:
    """Write what type checkers and editors read for the aliases of packages."""
    for alias, package in ALIASES.items():
        (work / alias).mkdir()
        content = f"from {CORE} import *\n" if package == CORE else ""
        (work / alias / "__init__.pyi").write_text(content, encoding="utf-8")
        for module in imports.get(package, ()):
            (work / alias / module).mkdir()
            stub = work / alias / module / "__init__.pyi"
            stub.write_text(f"from {package}.{module} import *\n", encoding="utf-8")


def _build_package(provider: str, modules: list[str], target: Path) -> None:
    source = installed(provider)
    target.mkdir()
    (target / "__init__.py").write_text(_PACKAGE.format(name=provider), encoding="utf-8")
    (target / "py.typed").touch()
    for module in modules:
        _copy_module(source / module, target / module)
    _copy_module(source / "_jsii", target / "_jsii")
    [archive] = (source / "_jsii").glob("*.jsii.tgz")
    with (
        tarfile.open(archive) as whole,
        tarfile.open(target / "_jsii" / archive.name, "w:gz", compresslevel=1) as part,
    ):
        for name, data in members(whole, modules):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            part.addfile(info, io.BytesIO(data))


def members(archive: tarfile.TarFile, modules: list[str]) -> Iterator[tuple[str, bytes]]:
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
