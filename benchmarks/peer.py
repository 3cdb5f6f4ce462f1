"""The CDKTF app in JavaScript that builds the same stacks: its packages and its command."""

import shutil
from pathlib import Path

from benchmarks import npm
from benchmarks.measure import ROOT, Command

SOURCE = ROOT / "benchmarks" / "javascript"
INSTALLED = ROOT / ".cache" / "bench-javascript"


def install() -> None:
    """Install the locked packages into `.cache/bench-javascript`, unless they are there.

    Raises:
        benchmarks.npm.NotInstalledError: npm failed, for instance because it reaches no registry.
    """
    npm.install(SOURCE, INSTALLED)


def command(synthesized: Path, outdir: Path, *, whole_provider: bool) -> Command:
    """Return the command of the JavaScript app, which builds the stacks of one folder again.

    Args:
        synthesized: the folder that the Python app wrote.
        outdir: the folder that the JavaScript app writes.
        whole_provider: import the root of the provider package, not one submodule per class.
    """
    app = shutil.copyfile(SOURCE / "app.js", INSTALLED / "app.js")  # next to its node_modules
    options = ("--whole-provider",) if whole_provider else ()
    quiet = "--no-deprecation"  # cdktf 0.21 itself calls util.isArray
    return Command((npm.node(), quiet, str(app), str(synthesized), str(outdir), *options))
