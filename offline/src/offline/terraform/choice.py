"""Choice of the provider of a Terraform command: genuine if available, otherwise embedded.

A world that is not empty keeps its provider, because the other one might not know its resources.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from offline.cloud.fake_cloud import FakeCloud
from offline.serve.served import FILE as SERVED
from offline.serve.store import Store
from offline.terraform.genuine import PROVIDERS, Genuine
from offline.terraform.requirements import is_mentioned
from offline.terraform.session import KEPT, Offline
from offline.terraform.sources import ProviderNotFoundError

KINDS = ("auto", "genuine", "embedded")
VARIABLE = "OFFLINE_PROVIDER"
EMBEDDED = (6, 50, 0)
"""Version of google and google-beta that the embedded provider answers as."""
_WITHOUT = frozenset(
    ("fmt", "force-unlock", "get", "login", "logout", "metadata", "output", "version", "workspace")
)
"""Commands that use no provider."""


@dataclass(frozen=True)
class Choice:
    """The session of a command, and a line that names its provider, empty if it uses none."""

    session: Offline
    line: str = ""


def choose(
    kind: str, folder: Path, directory: Path, command: str, mirror: Path | None = None
) -> Choice:
    """Choose a provider for a command of Terraform in a directory.

    `kind` is one of KINDS. The registry is used if the command is `init`, as Terraform does, or if
    the genuine provider is required.

    Raises:
        ProviderNotFoundError: the genuine provider is required, or created the world, and is not
            available.
    """
    is_used = any(is_mentioned(name, directory) for name in PROVIDERS)
    if not command or command in _WITHOUT or not is_used:
        return Choice(Offline(folder))
    kept = kept_provider(folder)
    wanted = kept or kind if kind == "auto" else kind
    reason = f"it made the world in {folder}" if kind == "auto" else "as asked for"
    session: Offline = Offline(folder)
    if wanted != "embedded":
        genuine = Genuine(folder, mirror=mirror)
        try:
            _check_packages()
            downloads = command == "init" or kind == "genuine"
            told = f"genuine {genuine.describe(directory, downloads=downloads)}"
            session = genuine
        except ProviderNotFoundError as error:
            if wanted == "genuine":
                created = [f"The genuine provider created the world in {folder}."] if kept else []
                raise ProviderNotFoundError(
                    error.what, *error.reasons, *created, advice=error.advice
                ) from error
            reason = error.what
    chosen = "embedded" if type(session) is Offline else "genuine"
    line = _embedded(session, reason, directory) if chosen == "embedded" else told
    if kept and kept != chosen:
        line += f"; {folder} was made with the {kept} provider"
    if not kept:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / KEPT).write_text(f"{chosen}\n", "utf-8")
    return Choice(session, f"provider: {line}")


def _embedded(session: Offline, reason: str, directory: Path) -> str:
    """Say that a provider is the embedded one, and which versions the directory requires."""
    unmet = (session.sources.unmet(name, directory, EMBEDDED) for name in PROVIDERS)
    required = ", ".join(dict.fromkeys(filter(None, unmet)))
    version = ".".join(map(str, EMBEDDED))
    note = f" (it is {version} although the directory requires {required})" if required else ""
    return f"embedded hashicorp/google{note}: {reason}"


def _check_packages() -> None:
    """Raise ProviderNotFoundError if no Google can be served."""
    if importlib.util.find_spec("googleapiclient") is None:
        raise ProviderNotFoundError(
            "Package google-api-python-client is not installed",
            advice='Install it: pip install "offline-google[serve]"',
        )


def kept_provider(folder: Path) -> str:
    """Return the provider that made a world; nothing for an empty world."""
    try:
        kind = (folder / KEPT).read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""
    if kind not in KINDS:
        return ""
    is_empty = not FakeCloud(folder / "world").resources and not Store(folder / SERVED).resources
    return "" if is_empty else kind
