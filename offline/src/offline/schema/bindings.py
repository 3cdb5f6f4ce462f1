"""Terraform schemas of the providers, rebuilt from the installed CDKTF bindings.

The wheel of a prebuilt provider carries its generated sources (`_jsii/*.tgz`): every JavaScript
file ends in an inline source map that holds the TypeScript it came from, and that TypeScript
declares the whole schema (offline.schema.declarations). Nothing is downloaded. What was read is
kept per type in a cache, so that a second start reads only the types it is asked for.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import re
import sys
import tarfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from offline.problems import CommandError
from offline.schema.blocks import Block, Schemas, block_from_json
from offline.schema.declarations import Module

FORMAT = 1  # raise it when what a cached schema holds changes

Kind = Literal["provider", "resource", "data"]

_MEMBER = re.compile(r"package/lib/([^/]+)/(?:index-structs/)?\w+\.js")
_SOURCE = re.compile(
    rb"sourceMappingURL=data:application/json;(?:charset=utf-8;)?base64,([\w+/=]+)"
)

_RENAMED = {"random_string": "random_string_resource"}  # "String" is a word of JavaScript


_PREFIXES = ("cdktf_cdktf_provider_", "cdktn_provider_")
"""What the names of the packages begin with: those of CDKTF, and of its fork CDK Terrain."""


class BindingsNotFoundError(CommandError):
    """The package that carries a provider's schema is not installed."""


class Bindings:
    """The schemas inside one installed package of bindings.

    `package` is its import name, `prefix` what the provider's types begin with ("google"); modules
    of the package leave it out unless it is not the provider's name (`is_full`, as in google-beta).
    `cache` is where schemas are kept between runs; None keeps nothing. A folder that cannot be
    written is not used.

    Raises:
        BindingsNotFoundError: the package is not installed, or carries no archive.

    """

    def __init__(
        self, package: str, prefix: str, *, cache: Path | None = None, is_full: bool = False
    ) -> None:
        self.prefix = prefix
        self._omitted = "" if is_full else f"{prefix}_"
        self._archive = _archive(package)
        name = self._archive.name.removesuffix(".tgz").removesuffix(".jsii")
        self._cache = None if cache is None else cache / f"{name}-{FORMAT}"
        self._held: dict[tuple[Kind, str], Block] = {}

    @cached_property
    def names(self) -> Mapping[Kind, frozenset[str]]:
        """All types that the package knows, resources and data sources."""
        index = None if self._cache is None else self._cache / "index.json"
        if index is not None and index.exists():
            content = json.loads(index.read_text(encoding="utf-8"))
        else:
            modules = {m[1] for n in self._opened.getnames() if (m := _MEMBER.fullmatch(n))}
            keys = [key for module in modules if (key := self._key(module))]
            content = {k: sorted(n for kind, n in keys if kind == k) for k in ("resource", "data")}
            if index is not None:
                _write(index, content)
        return {"resource": frozenset(content["resource"]), "data": frozenset(content["data"])}

    def schemas(
        self, resources: Iterable[str] | None = None, data_sources: Iterable[str] | None = None
    ) -> Schemas:
        """Return the provider's configuration and the types named; None stands for all of a kind.

        Names that the provider does not have are omitted: Terraform reports them. All 1,469 types
        of google take about 20 s the first time and 2 s from the cache. A few types take 1 s the
        first time and some milliseconds from the cache.
        """
        result: list[tuple[Kind, str]] = [("provider", self.prefix)]
        asked: tuple[tuple[Kind, Iterable[str] | None], ...] = (
            ("resource", resources),
            ("data", data_sources),
        )
        for kind, names in asked:
            known = self.names[kind]
            result += [
                (kind, name) for name in sorted(known if names is None else known & set(names))
            ]
        self._load(result)
        self.__dict__.pop("_opened", None)
        return Schemas(
            provider=self._held["provider", self.prefix],
            resources={n: self._held[k, n] for k, n in result if k == "resource"},
            data_sources={n: self._held[k, n] for k, n in result if k == "data"},
        )

    @cached_property
    def _opened(self) -> tarfile.TarFile:
        """The archive, in memory (100 MB) until the types asked for are read: seeking in a gzip
        file is slow.
        """
        return tarfile.open(fileobj=io.BytesIO(gzip.decompress(self._archive.read_bytes())))

    def _load(self, wanted: list[tuple[Kind, str]]) -> None:
        missing: dict[str, tuple[Kind, str]] = {}
        for key in wanted:
            if key in self._held:
                continue
            file = self._file(key)
            if file is not None and file.exists():
                self._held[key] = block_from_json(json.loads(file.read_bytes()))
            else:
                missing[self._module(key)] = key
        for module, text in self._sources(set(missing)):
            key = missing[module]
            raw = Module(text).schema()
            self._held[key] = block_from_json(raw)
            if (file := self._file(key)) is not None:
                _write(file, raw)

    def _sources(self, modules: set[str]) -> Iterable[tuple[str, str]]:
        """Read the TypeScript of modules; three large ones keep their structs in files of their
        own.
        """
        if not modules:
            return
        texts: dict[str, list[str]] = {}
        for member in self._opened.getmembers():
            name = _MEMBER.fullmatch(member.name)
            if name is None or name[1] not in modules:
                continue
            content = self._opened.extractfile(member)
            match = _SOURCE.search(content.read()) if content else None
            if match:
                source = json.loads(base64.b64decode(match[1]))["sourcesContent"][0]
                texts.setdefault(name[1], []).append(source)
        for module, parts in texts.items():
            yield module, "\n".join(parts)

    def _module(self, key: tuple[Kind, str]) -> str:
        kind, name = key
        if kind == "provider":
            return "provider"
        renamed = _RENAMED.get(name, name)
        short = renamed.removeprefix(self._omitted)
        return (short if kind == "resource" else f"data_{renamed}").replace("_", "-")

    def _key(self, module: str) -> tuple[Kind, str] | None:
        """Return the type that a module declares: the inverse of `_module`."""
        if module == "provider":
            return None
        name = module.replace("-", "_")
        data = f"data_{self.prefix}_"
        if name.startswith(data):
            return "data", f"{self.prefix}_{name.removeprefix(data)}"
        type_ = f"{self._omitted}{name}"
        return "resource", next((k for k, renamed in _RENAMED.items() if renamed == type_), type_)

    def _file(self, key: tuple[Kind, str]) -> Path | None:
        return None if self._cache is None else self._cache / key[0] / f"{key[1]}.json"


@cache
def bindings(provider: Literal["google", "google-beta", "random"]) -> Bindings:
    """Return the installed bindings of a provider, opened once per process.

    Raises:
        BindingsNotFoundError: neither CDKTF's package nor that of its fork is installed.

    """
    is_beta = provider == "google-beta"
    prefix = "google" if is_beta else provider
    return Bindings(_package(provider), prefix, cache=cache_folder(), is_full=is_beta)


def has_bindings(provider: str) -> bool:
    """Report whether bindings of a provider are installed."""
    return _is_installed(_package(provider))


def _package(provider: str) -> str:
    """Return the import name of a provider's bindings: CDKTF's, unless only the fork's is there."""
    names = [prefix + provider.replace("-", "_") for prefix in _PREFIXES]
    return next(filter(_is_installed, names), names[0])


def cache_folder() -> Path | None:
    """Return where schemas are kept: the user's cache folder (XDG_CACHE_HOME, else ~/.cache).

    None where there is no home folder.
    """
    root = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(root) if root else Path.home() / ".cache") / "offline" / "schema"
    except RuntimeError:
        return None


def _is_installed(package: str) -> bool:
    return _folder(package) is not None


def _folder(package: str) -> Path | None:
    """Find where the wheel of a package is installed: an import can find another copy of it.

    importlib.metadata does the same; to load it takes a tenth of the start of a plan.
    """
    folders = (Path(entry) for entry in sys.path)
    return next((folder for folder in folders if any(folder.glob(f"{package}-*.dist-info"))), None)


def _archive(package: str) -> Path:
    folder = _folder(package)
    if folder is None:
        raise BindingsNotFoundError(
            f"Package {package} is not installed",
            advice="Install it with its dependencies: pip install offline-google",
        )
    archives = sorted((folder / package / "_jsii").glob("*.tgz"))
    if len(archives) != 1:
        raise BindingsNotFoundError(
            f"Package {package} is damaged",
            "Expected: one archive in _jsii",
            f"Actual: {len(archives)} archives",
            advice=f"Install it again: pip install --force-reinstall {package}",
        )
    return archives[0]


def write_cache(file: Path, text: str) -> None:
    """Write next to the file, then swap: processes share the cache. A folder that cannot be
    written leaves no cache, and is no error.
    """
    new = file.with_suffix(f".{os.getpid()}.new")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.replace(file)


def _write(file: Path, content: object) -> None:
    write_cache(file, json.dumps(content, separators=(",", ":")))
