"""What the provider rejects in its own configuration, before Terraform configures it.

Both halves of the provider check it, so that most findings are there twice. Source:
google/provider/provider.go, google/fwprovider/framework_provider.go and google/fwvalidators of the
provider at v6.50.0. The content of `credentials` is not read: nothing is signed with it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline.engine import go
from offline.protocol.contract import Finding, ProviderError, Value
from offline.protocol.values import Path

_NOT_EMPTY = (
    "credentials",
    "access_token",
    "impersonate_service_account",
    "project",
    "billing_project",
    "region",
    "zone",
)
_ENDPOINT = r".*/[^/]+/$"  # transport.ValidateCustomEndpoint
_STRATEGY = "terraform_attribution_label_addition_strategy"
_STRATEGIES = ("CREATION_ONLY", "PROACTIVE")


def validate(config: Value) -> Iterator[Finding]:
    """Yield what is rejected; values may be UNKNOWN."""
    set_ = {name: value for name, value in config.items() if isinstance(value, str)}
    for name in _NOT_EMPTY:
        if set_.get(name) == "":
            yield Finding("expected a non-empty string", f"{name} was set to ``")
            yield Finding("expected a non-empty string", path=(name,))
    pair = ("access_token", "credentials")
    if all(set_.get(name) for name in pair):
        for name, other in (pair, pair[::-1]):
            yield Finding(
                "Conflicting configuration arguments", f'"{name}": conflicts with {other}', (name,)
            )
            yield Finding(
                "Invalid Attribute Combination",
                f'Attribute "{other}" cannot be specified when "{name}" is specified',
                (name,),
            )
    yield from _durations(config)
    for name, value in set_.items():
        if name.endswith("_custom_endpoint") and not re.search(_ENDPOINT, value):
            yield Finding(f'"{name}" ("{value}") doesn\'t match regexp "{_ENDPOINT}"', path=(name,))
            yield Finding(
                "Invalid Attribute Value Match",
                f"Attribute {name} value must match regular expression '{_ENDPOINT}', got: {value}",
                (name,),
            )


def check_strategy(config: Mapping[str, Any]) -> None:
    """Check how labels are attributed.

    Raises:
        ProviderError: the provider knows no such strategy.
    """
    strategy = config.get(_STRATEGY)
    if strategy and strategy not in _STRATEGIES:
        raise ProviderError(f"unrecognized {_STRATEGY} {go.quoted(strategy)}")


def _durations(config: Value) -> Iterator[Finding]:
    texts: list[tuple[Path, Any]] = [(("request_timeout",), config.get("request_timeout"))]
    batching = config.get("batching")
    for at, block in enumerate(batching if isinstance(batching, list) else ()):
        texts.append((("batching", at, "send_after"), block.get("send_after")))
    for path, text in texts:
        if not isinstance(text, str):
            continue
        seconds = go.duration(text)
        if seconds is None:
            error = go.duration_error(text)
            yield Finding(f"expected {text} to be a duration", error)
            if len(path) > 1:
                where = ".".join(map(str, path))
                summary = f"expected {where} to be a duration, but parsing gave an error: {error}"
                yield Finding(summary, path=path)
        elif seconds < 0:
            provided = f"duration provided: {round(seconds * 1e9)}"
            yield Finding("duration must be non-negative", provided)
            if len(path) > 1:
                yield Finding(f"duration {text} must be a non-negative duration", path=path)
