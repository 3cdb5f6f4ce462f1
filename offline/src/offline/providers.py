"""The providers as they answer offline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.engine.google import Google
from offline.protocol.contract import Provider
from offline.random_provider.provider import Random
from offline.schema.bindings import bindings

NAMES = ("google", "google-beta", "random")

_REGISTRY = "hashicorp/"


def providers(
    cloud: FakeCloud,
    quotas: Quotas | None = None,
    *,
    resources: Iterable[str] | None = None,
    data_sources: Iterable[str] | None = None,
    names: Iterable[str] = NAMES,
) -> Mapping[str, Provider]:
    """Return providers by address, to be given to offline.protocol.server.serve.

    They serve the types named, all of a kind for None; a name that a provider does not have is left
    out. google-beta answers with google's schema.

    Raises:
        KeyError: a provider that is not modelled.

    """
    items = None if resources is None else list(resources)
    data = None if data_sources is None else list(data_sources)
    result: dict[str, Provider] = {}
    google: Google | None = None
    for name in names:
        if name in {"google", "google-beta"}:
            google = google or Google(
                bindings("google").schemas(items, data), cloud, quotas or Quotas()
            )
            result[_REGISTRY + name] = google
        elif name == "random":
            random = bindings("random").schemas(_with_password(items), [])
            result[_REGISTRY + name] = Random(random)
        else:
            raise KeyError(f"{name}: offline there are {', '.join(NAMES)}")
    return result


def _with_password(wanted: list[str] | None) -> list[str] | None:
    """Add the type that the ephemeral password's schema is made from."""
    return None if wanted is None else [*wanted, "random_password"]
