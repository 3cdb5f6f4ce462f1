"""What Node loads for the packages of an overlay: jsii's assemblies."""

import json
import re
from pathlib import Path

from bindings.imports import installed
from bindings.packages import CORE, PROVIDERS

_FILE = "assemblies.json"
_PACKAGES = ("constructs", CORE, *PROVIDERS)  # in the order of their dependencies

_LOAD = re.compile(r'JSIIAssembly\.load\(\s*"([^"]+)",\s*"([^"]+)",[^,]+,\s*"([^"]+)"')
"""Name, version and archive with which a package has itself loaded in Node."""


def write(overlay: Path) -> None:
    """Write the name, the version and the archive of each package's assembly.

    Raises:
        OSError: The overlay cannot be written, or a package is not installed.
        ValueError: A package has another layout than expected.
    """
    loads = {package: load_arguments(package) for package in _PACKAGES}
    (overlay / _FILE).write_text(json.dumps(loads), encoding="utf-8")


def read(overlay: Path) -> list[dict[str, str]]:
    """List the assemblies of an overlay, in the order of their dependencies.

    Each as jsii's protocol expects it: `name`, `version` and the path of its `tarball`.

    Raises:
        OSError, ValueError: The overlay has no list of them, or a package is not installed.
    """
    loads = json.loads((overlay / _FILE).read_text(encoding="utf-8"))
    return [
        {
            "name": name,
            "version": version,
            "tarball": str(_folder(overlay, package) / "_jsii" / archive),
        }
        for package, (name, version, archive) in loads.items()
    ]


def load_arguments(package: str) -> tuple[str, str, str]:
    """Return the name, the version and the archive of the assembly of an installed package.

    Raises:
        OSError: The package is not installed.
        ValueError: It has another layout than expected.
    """
    code = (installed(package) / "_jsii" / "__init__.py").read_text(encoding="utf-8")
    if not (match := _LOAD.search(code)):
        raise ValueError(f"{package} does not say what Node has to load")
    return match[1], match[2], match[3]


def _folder(overlay: Path, package: str) -> Path:
    return overlay / package if (overlay / package).is_dir() else installed(package)
