"""Make CDK for Terraform fast, without changing what it writes.

A prebuilt provider costs its whole self at import, and jsii waits for Node at every step. With
`activate()`

* only the modules that this repository imports are loaded (`bindings.overlay`);
* Node starts at once, in one process, and works while Python continues (`bindings.kernel`).

The synthesized JSON has the same bytes with or without it (tests/bindings/test_output.py).

    import bindings.startup     in a program that synthesizes once: main.py
    python -m bindings          build the overlay if it is missing or damaged, print its folder

Environment variables:
    GRID_BINDINGS=stock         run as any CDKTF application does
    GRID_BINDINGS=no-gc,...     turn single features off; `bindings.features` lists them
    JSII_NODE, JSII_RUNTIME     jsii's own: another Node; another program, which is run its own way
"""

import os
import sys
from pathlib import Path

from bindings import aliases, assemblies, node
from bindings.features import is_enabled
from bindings.imports import ROOT, imported_modules
from bindings.overlay import CACHE, build
from bindings.packages import ALIASES

__all__ = ["ROOT", "activate", "build", "imported_modules"]


def activate() -> bool:
    """Make the providers load fast from now on; call it before the first import of `cdktf`.

    Return whether they do. If the overlay cannot be built, one line on standard error says why, and
    the whole packages are loaded instead.

    Raises:
        FeatureError: GRID_BINDINGS names no feature.
    """
    aliases.install(ALIASES)
    node.use_bundled()
    if is_enabled("overlay"):
        try:
            overlay = build()
        except (OSError, KeyError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            print(f"bindings: loading the whole providers, slowly ({reason})", file=sys.stderr)
        else:
            sys.path.insert(0, str(overlay))
            if "JSII_RUNTIME" not in os.environ and is_enabled("pipeline"):
                process = node.start(overlay)
                from bindings import kernel  # imports jsii, while Node starts

                kernel.install(process, assemblies.read(overlay))
                return True
    _use_writable_cache()
    return is_enabled("overlay")


def _use_writable_cache() -> None:
    """Let jsii unpack packages into the project where the home folder cannot be written."""
    folder = Path(os.path.expanduser("~"), ".cache", "aws", "jsii")  # noqa: PTH111 (jsii's own way)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_writable = os.access(folder, os.W_OK)
    except OSError:
        is_writable = False
    if not is_writable:
        os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(CACHE.parent / "jsii"))
