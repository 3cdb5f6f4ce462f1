"""What services compute: hooks of single types, called when a resource is planned or applied.

A hook returns attributes; its docstring names the source. The forms of provider_facts and the
generic values of engine.fakes fill in the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, ParamSpec

from offline.cloud.fake_cloud import FakeCloud
from offline.provider_facts.ids import digest

Value = Mapping[str, Any]
P = ParamSpec("P")


class Hooks(Generic[P]):
    """Hooks by type."""

    def __init__(self) -> None:
        self.by_type: dict[str, Callable[P, dict[str, Any]]] = {}

    def __call__(
        self, *types: str
    ) -> Callable[[Callable[P, dict[str, Any]]], Callable[P, dict[str, Any]]]:
        """Register the decorated hook for types."""

        def register(hook: Callable[P, dict[str, Any]]) -> Callable[P, dict[str, Any]]:
            self.by_type.update(dict.fromkeys(types, hook))
            return hook

        return register

    def attributes(self, type_: str, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        """Return the attributes of a type's hook; none without one."""
        hook = self.by_type.get(type_)
        return hook(*args, **kwargs) if hook else {}


on_create: Hooks[Value, FakeCloud] = Hooks()
"""What the API answers to a creation, where the configuration sets nothing: planned value."""
on_plan: Hooks[Value | None, Value] = Hooks()
"""What the provider plans beyond the schema: prior, planned value."""
on_update: Hooks[Value | None, Value] = Hooks()
"""What the API computes at an update: prior, planned value."""
on_read: Hooks[Value] = Hooks()
"""What Read makes of arguments: applied value."""
on_answer: Hooks[Value, FakeCloud] = Hooks()
"""What the API answers to a creation in place of arguments: applied value."""


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
