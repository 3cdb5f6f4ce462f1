"""Import a module of a provider that the overlay lacks: add it to the package that is loaded.

The overlay has what the repository's files import. Any other module, which a file elsewhere imports
or a program names at run time, is loaded on demand: its Python code from the installed package, and
its types and JavaScript, cut out of the installed archive, into the assembly that Node has loaded.
So a class exists once, and no assembly is loaded twice. The first import takes some seconds,
later ones, in other processes too, read what the first has put into the overlay.
"""

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from bindings.imports import NOT_SCANNED, installed
from bindings.packages import PROVIDERS


def import_module(provider: str, name: str) -> ModuleType:
    """Import a module as an attribute of its package, which loads none of them itself.

    Raises:
        AttributeError: The package has no such module.
        ImportError: The module cannot be loaded.
    """
    if name.startswith("__") or not (installed(provider) / name / "__init__.py").is_file():
        raise AttributeError(f"module {provider!r} has no attribute {name!r}")
    return importlib.import_module(f"{provider}.{name}")


def list_modules(provider: str) -> list[str]:
    """List the modules of an installed package, as `dir` does for the whole package."""
    return sorted(
        file.parent.name
        for file in installed(provider).glob("*/__init__.py")
        if not file.parent.name.startswith("_")
    )


class MissingModuleFinder:
    """A finder of last resort: modules of the providers that the overlay lacks."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Add the module to the loaded package, and return where its Python code is.

        Raises:
            ImportError: The provider has no such module, or it cannot be added now.
        """
        provider, _, module = name.partition(".")
        if provider not in PROVIDERS or not module or "." in module:
            return None
        file = installed(provider) / module / "__init__.py"
        if not file.is_file():
            hint = _suggest(provider, module)
            raise ModuleNotFoundError(f"{provider} has no module {module}{hint}")
        try:
            _extend(provider, module)
        except (OSError, KeyError, ValueError) as error:
            raise ImportError(
                f"{name} is not in the overlay, and cannot be added to it: {error}. Name it in an"
                " import statement of a Python file of this repository outside of hidden folders"
                f" and of {', '.join(sorted(NOT_SCANNED))}; or set GRID_BINDINGS=stock"
            ) from error
        return importlib.util.spec_from_file_location(
            name, file, submodule_search_locations=[str(file.parent)]
        )


def _extend(provider: str, module: str) -> None:
    """Let Node add a module to a provider's assembly.

    Raises:
        OSError: The overlay cannot be written.
        KeyError, ValueError: The package has another layout than expected, or Node runs jsii's own
            program, which cannot be extended.
    """
    import jsii

    from bindings import assemblies, extension, kernel

    if not isinstance(jsii.kernel.provider, kernel.Provider):
        raise ValueError("jsii runs its own program (GRID_BINDINGS=no-pipeline or JSII_RUNTIME)")
    overlay = Path(str(sys.modules[provider].__file__)).parents[1]
    name, version, _ = assemblies.load_arguments(provider)
    folder = extension.add(overlay, provider, module)
    jsii.kernel.provider.extend(name, version, folder)


def _suggest(provider: str, module: str) -> str:
    from difflib import get_close_matches  # only now: a start seldom needs it

    similar = get_close_matches(module, list_modules(provider), n=1)
    return f'. Did you mean "{similar[0]}"?' if similar else ""
