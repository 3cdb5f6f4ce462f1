"""The providers as they answer offline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.protocol.contract import Provider
from offline.schema.bindings import bindings, has_bindings
from offline.serve.served import Served
from offline.utility_providers import VERSIONS, utility

NAMES = ("google", "google-beta", "random", *VERSIONS)

_REGISTRY = "hashicorp/"


def providers(
    cloud: FakeCloud,
    quotas: Quotas | None = None,
    *,
    resources: Iterable[str] | None = None,
    data_sources: Iterable[str] | None = None,
    names: Iterable[str] = NAMES,
    served: Served | None = None,
) -> Mapping[str, Provider]:
    """Return providers by address, to be given to offline.protocol.server.serve.

    They serve the types named, all of a kind for None; a name that a provider does not have is left
    out. google-beta has the schema of its own bindings, where they are installed, else google's.
    Each provider is made when Terraform first calls it. With `served`, translated types are
    resources of that Google too.

    Raises:
        KeyError: a provider that is not modelled.

    """
    data = None if data_sources is None else list(data_sources)
    items = None if resources is None else list(resources)
    if items is not None and data and served is not None:  # it reads what others created
        from offline.translation.found import translated  # noqa: PLC0415

        items += sorted((translated() & set(data)) - set(items))

    # Loaded when Terraform asks: it starts meanwhile.
    def google(name: Literal["google", "google-beta"]) -> Provider:
        from offline.engine.google import Google  # noqa: PLC0415

        schemas = bindings(name if has_bindings(name) else "google").schemas(items, data)
        return cast("Provider", Google(schemas, cloud, quotas or Quotas(), served))

    def random() -> Provider:
        from offline.random_provider.provider import Random  # noqa: PLC0415

        return cast("Provider", Random(bindings("random").schemas(_with_password(items), [])))

    made: dict[str, Callable[[], Provider]] = {
        "google": lambda: google("google"),
        "google-beta": lambda: google("google-beta"),
        "random": random,
        **{name: partial(_utility, name, cloud) for name in VERSIONS},
    }
    for name in names:
        if name not in made:
            raise KeyError(f"{name}: offline there are {', '.join(NAMES)}")
    return {_REGISTRY + name: cast("Provider", _Lazy(made[name])) for name in names}


def _utility(name: str, cloud: FakeCloud) -> Provider:
    return cast("Provider", utility(name, lambda: cloud.directory or Path.cwd()))


class _Lazy:
    """A provider that is made when it is first used."""

    def __init__(self, make: Callable[[], Provider]) -> None:
        self._make, self._lock = make, threading.Lock()

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if "_made" not in vars(self):
                vars(self)["_made"] = self._make()
        return getattr(vars(self)["_made"], name)


def _with_password(wanted: list[str] | None) -> list[str] | None:
    """Add the type that the ephemeral password's schema is made from."""
    return None if wanted is None else [*wanted, "random_password"]
