"""What rules say of a change: a refusal becomes the provider's error, a warning is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.engine.provider_errors import googleapi_error
from offline.protocol.contract import Finding, ProviderError
from offline.protocol.findings import report
from offline.services.registry import ApiError


def judge(
    cloud: FakeCloud,
    doing: str,
    type_: str,
    value: Mapping[str, Any],
    rules: Callable[..., list[ApiError] | None],
    *args: Any,
) -> None:
    """Run rules on a change; log and report their warnings. A plan logs nothing.

    Raises:
        ProviderError: one refuses.
    """
    try:
        warnings = rules(type_, *args) or ()
    except ApiError as error:
        raise rejection(cloud, doing, type_, value, error) from error
    for warning in warnings:
        _log(cloud, "warn", doing, type_, value, warning)
        why = warning.source or "no source that can be opened"
        report(
            Finding(
                warning.reason
                if warning.is_accepted
                else f"Google may reject this: {warning.reason}",
                f"Rule {warning.rule} ({why}) warns and does not refuse. `offline rules` lists "
                "the rules. `offline terraform --strict` makes warnings errors.",
                warning=True,
            )
        )


def rejection(
    cloud: FakeCloud, doing: str, type_: str, value: Mapping[str, Any], error: ApiError
) -> ProviderError:
    """Return the provider's error for a refusal, and log it."""
    _log(cloud, "refuse", doing, type_, value, error)
    return googleapi_error(doing, type_, error.code, error.reason)


def _log(
    cloud: FakeCloud, action: str, doing: str, type_: str, value: Mapping[str, Any], error: ApiError
) -> None:
    if doing == "planning":
        return
    named = (value.get(key) for key in ("name", "secret_id", "account_id"))
    name = next((item for item in named if isinstance(item, str) and item), "")
    cloud.log(action, type_, name, name=name, reason=error.reason)
