"""What the provider does to a body beyond its fields (the Encoder functions of its resources)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

Body = dict[str, Any]
Encoder = Callable[[Body, Mapping[str, Any]], Body]
_ENCODERS: dict[str, Encoder] = {}


def encoder(*types: str) -> Callable[[Encoder], Encoder]:
    """Register what a type does to each of its bodies, given the resource's attributes."""

    def register(function: Encoder) -> Encoder:
        _ENCODERS.update(dict.fromkeys(types, function))
        return function

    return register


def encode(type_: str, body: Body, scope: Mapping[str, Any]) -> Body:
    """Return a body as the provider sends it."""
    return _ENCODERS[type_](body, scope) if type_ in _ENCODERS else body


@encoder("google_secret_manager_secret_version")
def _secret_version(body: Body, scope: Mapping[str, Any]) -> Body:
    """Return the payload of a version; a write-only one is not in the plan."""
    data = scope.get("secret_data") or scope.get("secret_data_wo")
    if not data:
        return body
    if not scope.get("is_secret_data_base64"):
        data = base64.b64encode(str(data).encode()).decode()
    return {"payload": {"data": data}}


@encoder("google_pubsub_topic", "google_pubsub_subscription")
def _without_name(body: Body, _scope: Mapping[str, Any]) -> Body:
    """Leave out the name, which is in the path."""
    body.pop("name", None)
    return body
