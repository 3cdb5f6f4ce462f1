"""What services compute: hooks of single types, called when a resource is planned or applied.

A hook returns attributes; its docstring names the source. The forms of provider_facts and the
generic values of engine.fakes fill in the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest

Value = Mapping[str, Any]
Create = Callable[[Value, FakeCloud], dict[str, Any]]
Change = Callable[["Value | None", Value], dict[str, Any]]
Read = Callable[[Value], dict[str, Any]]

_CREATE: dict[str, Create] = {}
_PLAN: dict[str, Change] = {}
_UPDATE: dict[str, Change] = {}
_READ: dict[str, Read] = {}
_ANSWER: dict[str, Create] = {}


def on_create(*types: str) -> Callable[[Create], Create]:
    """Register what the API answers to a creation: planned value, cloud -> attributes."""

    def register(hook: Create) -> Create:
        _CREATE.update(dict.fromkeys(types, hook))
        return hook

    return register


def on_plan(*types: str) -> Callable[[Change], Change]:
    """Register what the provider plans beyond the schema: prior, planned value -> attributes."""

    def register(hook: Change) -> Change:
        _PLAN.update(dict.fromkeys(types, hook))
        return hook

    return register


def on_update(*types: str) -> Callable[[Change], Change]:
    """Register what the API computes at an update: prior, planned value -> attributes."""

    def register(hook: Change) -> Change:
        _UPDATE.update(dict.fromkeys(types, hook))
        return hook

    return register


def on_read(*types: str) -> Callable[[Read], Read]:
    """Register what Read makes of arguments: the applied value -> attributes."""

    def register(hook: Read) -> Read:
        _READ.update(dict.fromkeys(types, hook))
        return hook

    return register


def on_answer(*types: str) -> Callable[[Create], Create]:
    """Register what the API answers to a creation in place of arguments: applied value, cloud."""

    def register(hook: Create) -> Create:
        _ANSWER.update(dict.fromkeys(types, hook))
        return hook

    return register


def created(type_: str, value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Return attributes of a new resource; they apply where the configuration sets none."""
    return _CREATE[type_](value, cloud) if type_ in _CREATE else {}


def planned(type_: str, prior: Value | None, value: Value) -> dict[str, Any]:
    """Return attributes that a plan sets."""
    return _PLAN[type_](prior, value) if type_ in _PLAN else {}


def updated(type_: str, prior: Value, value: Value) -> dict[str, Any]:
    """Return attributes that an update sets."""
    return _UPDATE[type_](prior, value) if type_ in _UPDATE else {}


def read(type_: str, value: Value) -> dict[str, Any]:
    """Return attributes as the state has them after Read."""
    return _READ[type_](value) if type_ in _READ else {}


def answered(type_: str, value: Value, cloud: FakeCloud) -> dict[str, Any]:
    """Return attributes of a new resource that are not what the configuration sets."""
    return _ANSWER[type_](value, cloud) if type_ in _ANSWER else {}


def certificate(seed: str) -> dict[str, Any]:
    """Return a server's certificate authority, as Cloud SQL and Memorystore describe theirs."""
    body = digest(f"{seed}/certificate")
    return {
        "cert": f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n",
        "common_name": "C=US,O=Google\\, Inc,CN=Google Cloud offline",
        "create_time": "2025-01-01T00:00:00Z",
        "expiration_time": "2035-01-01T00:00:00Z",
        "expire_time": "2035-01-01T00:00:00Z",
        "sha1_fingerprint": digest(seed)[:40],
    }


def first_block(blocks: Any) -> Value:
    """Return the first of some blocks, an empty one where there is none."""
    return blocks[0] if isinstance(blocks, list) and blocks else {}
