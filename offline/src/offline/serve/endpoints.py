"""Settings that make clients use a served Google."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("endpoints.json")


@cache
def _paths(provider: str) -> Mapping[str, str]:
    """Return host and path of each API by its name in GOOGLE_<name>_CUSTOM_ENDPOINT.

    Those of hashicorp/google and google-beta at 6.50.0 and 7.45.0: google/transport/config.go, and
    in version 7 google/services/*/product.go. google-beta has its own where they differ. Version 7
    renamed BILLING to BILLING_BUDGETS.
    """
    held = json.loads(_DATA.read_text("utf-8"))
    return {**held["google"], **(held["google-beta"] if provider == "google-beta" else {})}


def paths() -> frozenset[str]:
    """Return host and path of every API that a genuine provider calls."""
    return frozenset(path for name in ("google", "google-beta") for path in _paths(name).values())


def provider(url: str, name: str = "google") -> Mapping[str, str]:
    """Return the variables that lead a genuine provider to a server.

    `name` is google or google-beta, whose requests go to other versions of some APIs.
    """
    paths = _paths(name).items()
    return {f"GOOGLE_{api}_CUSTOM_ENDPOINT": f"{url}/{path}/" for api, path in paths}


def gcloud(url: str) -> Mapping[str, str]:
    """Return the variables that lead gcloud to a server.

    The names are those of `gcloud config set api_endpoint_overrides/NAME` (page "gcloud config
    set", https://cloud.google.com/sdk/gcloud/reference/config/set).
    """
    apis = {path.partition("/")[0] for path in _paths("google").values()} - {"dns-", "sqladmin"}
    paths = {api: f"{api}/" for api in apis} | {
        "bigquery": "bigquery/bigquery/v2/",
        "compute": "compute/compute/v1/",
        "dns": "dns/dns/v1/",
        "sql": "sqladmin/",
        "storage": "storage/storage/v1/",
    }
    return {
        f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{name.upper()}": f"{url}/{path}"
        for name, path in sorted(paths.items())
    }
