"""The user's configuration of the Terraform CLI, and what an offline Google adds to it.

Format: page "CLI configuration", https://developer.hashicorp.com/terraform/cli/config/config-file.
Which files count: internal/command/cliconfig of Terraform 1.11.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.terraform.requirements import address

FILE, CACHE = "TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR"

_COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)
_INSTALLATION = re.compile(r"\bprovider_installation\s*\{")
_NETWORK = re.compile(r"\bnetwork_mirror\"?\s*:?\s*\[?\s*\{")
_MIRROR = re.compile(r"filesystem_mirror\"?\s*:?\s*\[?\s*\{([^{}]*)\}")
_OVERRIDES = re.compile(r"dev_overrides\"?\s*:?\s*\[?\s*\{([^{}]*)\}")
_PATH = re.compile(r"\bpath\"?\s*[=:]\s*\"([^\"]+)\"")
_CACHE_DIR = re.compile(r"\bplugin_cache_dir\"?\s*[=:]\s*\"([^\"]+)\"")
_LABELLED = ("credentials", "credentials_helper", "host")
"""Blocks of a configuration that have a label."""
_PAIR = re.compile(r"\"([^\"]+)\"\s*[=:]\s*\"([^\"]+)\"")


@dataclass(frozen=True)
class CliConfig:
    """What Terraform reads before a command."""

    text: str
    """All files, one after the other."""
    environ: Mapping[str, str]
    files: tuple[Path, ...] = ()
    """The files that exist."""

    @property
    def caches(self) -> list[Path]:
        """The plugin cache folders; Terraform uses the first."""
        named = _CACHE_DIR.findall(self._plain)
        values = [self.environ.get(CACHE, ""), *map(os.path.expandvars, named)]
        return [Path(value) for value in values if value]

    @property
    def mirrors(self) -> list[Path]:
        """The filesystem mirrors."""
        blocks = _MIRROR.findall(self._plain)
        return [Path(path) for block in blocks for path in _PATH.findall(block)]

    @property
    def overrides(self) -> dict[str, Path]:
        """The folders of development overrides, by provider."""
        blocks = _OVERRIDES.findall(self._plain)
        pairs = [pair for block in blocks for pair in _PAIR.findall(block)]
        return {address(source): Path(folder) for source, folder in pairs}

    @property
    def has_network_mirror(self) -> bool:
        """Report whether a network mirror may have any provider."""
        return _NETWORK.search(self._plain) is not None

    @property
    def has_installation(self) -> bool:
        """Report whether it says where providers are installed from."""
        return _INSTALLATION.search(self._plain) is not None

    def merged(self, mirrors: Mapping[Path, Iterable[str]], implied: Iterable[Path]) -> str:
        """Return its text with filesystem mirrors, each for some providers, before its own.

        `implied` are the mirrors that Terraform searches when no configuration names one.
        """
        if not mirrors:
            return self.text
        blocks = [_mirror(path, "include", include) for path, include in mirrors.items()]
        head = "\n".join(blocks)
        if self.has_installation:
            return _INSTALLATION.sub(lambda found: f"{found[0]}\n{head}", self.text, count=1)
        elsewhere = [one for include in mirrors.values() for one in include]
        kept = [_mirror(path, "exclude", elsewhere) for path in implied if path.is_dir()]
        held = [one for path in implied for one in _providers(path)]
        direct = f"  direct {{\n    exclude = {json.dumps(sorted({*elsewhere, *held}))}\n  }}"
        body = "\n".join([head, *kept, direct])
        return f"{self.text}\nprovider_installation {{\n{body}\n}}\n"

    @property
    def _plain(self) -> str:
        return _COMMENT.sub("", self.text)


def load(environ: Mapping[str, str] | None = None) -> CliConfig:
    """Read the configuration of the user; a file that cannot be read counts as empty."""
    environ = os.environ if environ is None else environ
    if named := environ.get(FILE) or environ.get("TERRAFORM_CONFIG"):
        return _load([Path(named)], environ)
    home = Path.home()
    folder = home / ".terraform.d"
    main = home / ".terraformrc"
    if os.name == "nt":
        roaming = Path(environ.get("APPDATA") or home)
        main, folder = roaming / "terraform.rc", roaming / "terraform.d"
    more = sorted([*folder.glob("*.tfrc"), *folder.glob("*.tfrc.json")])
    return _load([main, *more], environ)


def _load(files: Iterable[Path], environ: Mapping[str, str]) -> CliConfig:
    existing = tuple(file for file in files if file.is_file())
    return CliConfig("\n".join(_read(file) for file in existing), environ, existing)


def _mirror(path: Path, key: str, providers: Iterable[str]) -> str:
    listed = json.dumps(sorted(providers))
    return f'  filesystem_mirror {{\n    path = "{path}"\n    {key} = {listed}\n  }}'


def _providers(mirror: Path) -> list[str]:
    """Return the providers that a mirror has."""
    folders = (file for file in mirror.glob("*/*/*") if file.is_dir())
    return [folder.relative_to(mirror).as_posix() for folder in folders]


def _read(file: Path) -> str:
    """Return a file as HCL; a file that is neither HCL nor JSON counts as empty."""
    try:
        text = file.read_text("utf-8")
        held = json.loads(text) if text.lstrip().startswith("{") else None
    except (OSError, ValueError):
        return ""
    return _hcl(held) if isinstance(held, dict) else text


def _hcl(held: Mapping[str, Any]) -> str:
    """Return a JSON configuration in HCL."""
    lines = []
    for key, value in held.items():
        for one in value if isinstance(value, list) else [value]:
            if key in _LABELLED and isinstance(one, dict):
                lines += [
                    f"{key} {json.dumps(name)} {{\n{_hcl(own)}\n}}" for name, own in one.items()
                ]
            elif isinstance(one, dict):
                lines.append(f"{key} {{\n{_hcl(one)}\n}}")
        if not isinstance(value, dict) and not (isinstance(value, list) and _has_blocks(value)):
            lines.append(f"{json.dumps(key)} = {json.dumps(value)}")
    return "\n".join(lines)


def _has_blocks(values: list[Any]) -> bool:
    return any(isinstance(value, dict) for value in values)
