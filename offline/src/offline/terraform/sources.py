"""Where a directory's providers come from."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from offline.problems import CommandError
from offline.terraform.cli_config import CACHE, FILE, CliConfig, load
from offline.terraform.core import Core
from offline.terraform.installed import (
    UNKNOWN,
    Installed,
    implied_mirrors,
    overridden,
    provider_cache,
    search,
)
from offline.terraform.requirements import REGISTRY, data_folder, locked, needed, required
from offline.terraform.versions import Version, accepts, parse
from offline.utility_providers import served

VARIABLE = "OFFLINE_MIRROR"
_SERVED = frozenset(f"{REGISTRY}/hashicorp/{name}" for name in ("google", "google-beta", "random"))
_BUILT_IN = "terraform.io/builtin/terraform"
_PATIENCE = {"TF_REGISTRY_CLIENT_TIMEOUT": "10", "TF_REGISTRY_DISCOVERY_RETRY": "0"}
_ADVICE = (
    f"Name a mirror: {VARIABLE}, or --mirror of offline terraform. Or use the embedded provider: "
    "--provider embedded"
)


class ProviderNotFoundError(CommandError):
    """A provider is not available."""

    def __init__(self, what: str, *reasons: str, advice: str = _ADVICE) -> None:
        super().__init__(what, *reasons, advice=advice)


class Sources:
    """Finds providers where Terraform would, and in caches.

    `mirror` is searched first; without it the one that OFFLINE_MIRROR names.
    """

    def __init__(self, mirror: Path | None = None) -> None:
        named = os.environ.get(VARIABLE, "")
        self._mirror = mirror or (Path(named) if named else None)

    def find(self, name: str, directory: Path) -> Installed:
        """Return the version of hashicorp/NAME that a directory gets.

        It is the locked version, else the newest that fits the constraints of the directory, else
        the newest.

        Raises:
            ProviderNotFoundError: this machine has none.
        """
        source, config = _address(name), load()
        if self._mirror is None and (own := overridden(config.overrides.get(source))):
            return own
        roots = self._roots(directory, config)
        constraints = required(directory).get(source, [])
        lock = parse(locked(directory).get(source, ""))
        if found := list(search(roots, source)):
            return max(
                found,
                key=lambda one: (
                    one.version == lock,
                    accepts(constraints, one.version),
                    one.version,
                    -roots.index(one.root),
                ),
            )
        raise ProviderNotFoundError(
            f"the genuine hashicorp/{name} is not on this machine ({VARIABLE} names a mirror)",
            "Searched:",
            *(f"  {root}" for root in roots),
        )

    def unmet(self, name: str, directory: Path, version: Version) -> str:
        """Return the constraints of a directory that a version does not meet; empty if it does."""
        constraints = required(directory).get(_address(name), [])
        is_met = version == UNKNOWN or accepts(constraints, version)
        return "" if is_met else ", ".join(dict.fromkeys(constraints))

    def download(
        self, name: str, directory: Path, core: Core, missing: ProviderNotFoundError
    ) -> None:
        """Have Terraform install a provider, from wherever the user's configuration leads.

        Raises:
            ProviderNotFoundError: Terraform cannot; it is `missing`, with Terraform's reason.
        """
        constraints = required(directory).get(_address(name), [])
        version = f', version = "{", ".join(constraints)}"' if constraints else ""
        entry = f'{name} = {{ source = "hashicorp/{name}"{version} }}'
        target = provider_cache() / "registry"
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="offline-") as scratch:
            text = f"terraform {{\n  required_providers {{\n    {entry}\n  }}\n}}\n"
            Path(scratch, "main.tf").write_text(text, "utf-8")
            environ = {**_PATIENCE, **os.environ, CACHE: str(target), "CHECKPOINT_DISABLE": "1"}
            environ.pop("TF_REATTACH_PROVIDERS", None)
            if not Path(environ.get(FILE, os.devnull)).exists():
                del environ[FILE]
            done = subprocess.run(  # noqa: S603
                core.command(["init", "-no-color", "-input=false", "-backend=false"]),
                cwd=scratch,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            reason = " ".join(done.stderr.replace("│", " ").split())[:500]
            raise ProviderNotFoundError(
                missing.what,
                *missing.reasons,
                f"Terraform cannot install it: {reason}",
                advice=missing.advice,
            )

    def mirrors(self, directory: Path) -> Mapping[Path, list[str]]:
        """Return which other providers a directory gets from mirrors that its user did not name.

        These are the explicit mirror, and the plugin caches, from which Terraform alone installs
        nothing without a registry.
        """
        config = load()
        result: dict[Path, list[str]] = {}
        for source, found in self._others(directory, config, self._own_roots(config)).items():
            if found is not None:
                result.setdefault(found.root, []).append(source)
        return result

    def missing(self, directory: Path) -> list[str]:
        """Return the providers that a directory needs and cannot get here."""
        config, embedded = load(), {_address(name) for name in self.utilities(directory)}
        found = self._others(directory, config, self._everywhere(directory, config))
        return [source for source, one in found.items() if one is None and source not in embedded]

    def utilities(self, directory: Path, used: Iterable[str] = ()) -> list[str]:
        """Return the utility providers that a directory needs and its user does not have.

        `used` are names of providers that states need. A network mirror may have all of them.
        """
        config, known = load(), {_address(name): name for name in served()}
        if config.has_network_mirror:
            return []
        found = self._others(directory, config, self._everywhere(directory, config), used)
        return [known[source] for source, one in found.items() if one is None and source in known]

    def config(self, directory: Path) -> Path | str:
        """Return the configuration of Terraform's CLI for a directory: the user's, and mirrors.

        It is the user's file where that says everything, so that errors name it, else a string.
        """
        config, mirrors = load(), self.mirrors(directory)
        if not mirrors and len(config.files) == 1:
            return config.files[0].absolute()
        return config.merged(mirrors, list(implied_mirrors(directory)))

    def _others(
        self, directory: Path, config: CliConfig, roots: list[Path], used: Iterable[str] = ()
    ) -> Mapping[str, Installed | None]:
        """Return what folders have of the providers that are not always served."""
        constraints = {**{_address(name): [] for name in used}, **needed(directory)}
        locks = locked(directory)
        others = constraints.keys() - _SERVED - {_BUILT_IN} - config.overrides.keys()
        result: dict[str, Installed | None] = {}
        for source in sorted(others):
            lock = parse(locks.get(source, ""))
            found = [
                one
                for one in search(roots, source)
                if accepts(constraints[source], one.version) and lock in (None, one.version)
            ]
            result[source] = max(found, key=lambda one: one.version, default=None)
        return result

    def _roots(self, directory: Path, config: CliConfig) -> list[Path]:
        if self._mirror is not None:
            return [self._mirror]
        return self._everywhere(directory, config)

    def _everywhere(self, directory: Path, config: CliConfig) -> list[Path]:
        used = [data_folder(directory) / "providers", *config.mirrors]
        return [*used, *self._own_roots(config), *implied_mirrors(directory)]

    def _own_roots(self, config: CliConfig) -> list[Path]:
        explicit = [] if self._mirror is None else [self._mirror]
        return [*explicit, *config.caches, provider_cache() / "registry"]


def _address(name: str) -> str:
    return f"{REGISTRY}/hashicorp/{name}"
