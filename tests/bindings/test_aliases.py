"""A package can be imported by another name, as the same module."""

import importlib
import runpy
import sys
from collections.abc import Iterator

import pytest

from bindings import aliases
from bindings.aliases import AliasFinder
from tests.bindings.project import ROOT

SETTING = ROOT / "bindings" / "packages.py"


@pytest.fixture(autouse=True)
def modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the package `json` the alias `notation`, for one test."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    aliases.install({"notation": "json"})
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "notation"]:
        del sys.modules[name]


@pytest.mark.parametrize("module", ["", ".decoder", ".tool"])
def test_alias_is_the_same_module(module: str) -> None:
    alias = importlib.import_module(f"notation{module}")
    assert alias is importlib.import_module(f"json{module}")
    assert alias.__name__ == f"json{module}"
    assert alias.__spec__
    assert alias.__spec__.name == f"json{module}"


def test_class_of_an_alias_is_the_same() -> None:
    from json.decoder import JSONDecodeError

    with pytest.raises(JSONDecodeError):
        importlib.import_module("notation").loads("{")
    assert importlib.import_module("notation.decoder").JSONDecodeError is JSONDecodeError


def test_missing_module_of_an_alias_is_an_error_of_its_package() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'json\.nothing'$"):
        importlib.import_module("notation.nothing")


@pytest.mark.parametrize("name", ["json", "notations", "notations.decoder", "os.notation"])
def test_other_name_is_left_to_other_finders(name: str) -> None:
    assert AliasFinder({"notation": "json"}).find_spec(name) is None


def test_finder_is_installed_once_and_only_for_aliases() -> None:
    finders = [*sys.meta_path]
    aliases.install({"notation": "json"})
    aliases.install({})
    assert sys.meta_path == finders


@pytest.mark.parametrize(
    ("value", "core", "google", "names"),
    [
        ("cdktf", "cdktf", "cdktf_cdktf_provider_google", {}),
        (
            "cdktn",
            "cdktn",
            "cdktn_provider_google",
            {
                "cdktf": "cdktn",
                "cdktf_cdktf_provider_google": "cdktn_provider_google",
                "cdktf_cdktf_provider_random": "cdktn_provider_random",
            },
        ),
    ],
)
def test_setting_names_the_packages(
    tmp_path_factory: pytest.TempPathFactory,
    value: str,
    core: str,
    google: str,
    names: dict[str, str],
) -> None:
    packages = tmp_path_factory.mktemp("setting") / "packages.py"
    lines = SETTING.read_text(encoding="utf-8").splitlines()
    lines = [f'CDK = "{value}"' if line.startswith("CDK = ") else line for line in lines]
    packages.write_text("\n".join(lines), encoding="utf-8")
    values = runpy.run_path(str(packages))
    assert (values["CORE"], values["PROVIDERS"][0], values["ALIASES"]) == (core, google, names)


def test_every_package_of_cdktf_is_left_out_of_the_lock_of_the_fork() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    overrides = (ROOT / "bindings" / "without-cdktf.txt").read_text(encoding="utf-8")
    packages = [line.partition(";")[0] for line in overrides.splitlines()]
    assert packages == ["cdktf", "cdktf-cdktf-provider-google", "cdktf-cdktf-provider-random"]
    assert all(f'"{package}==' in pyproject for package in packages)
