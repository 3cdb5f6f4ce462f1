"""Alert policies and service level objectives of a stack."""

from __future__ import annotations

from collections.abc import Iterator

from preview.architecture.model import Alert, Objective
from preview.architecture.stack import Block, Stack

_SEVERITIES = ("CRITICAL", "ERROR", "WARNING")


def alerts(stack: Stack) -> list[Alert]:
    """Return the alert policies, the most severe first."""
    found = [_alert(block, stack) for block in stack.of("google_monitoring_alert_policy")]
    ranks = {severity: rank for rank, severity in enumerate(_SEVERITIES)}
    return sorted(found, key=lambda alert: (ranks.get(alert.severity, len(ranks)), alert.name))


def objectives(stack: Stack) -> Iterator[Objective]:
    """Yield the objectives by service."""
    for block in stack.of("google_monitoring_slo"):
        service = next((a for a in block.references if "_custom_service." in a), "")
        yield Objective(
            service=service.rpartition(".")[2] or block.name,
            name=block.text("display_name") or block.name,
            goal=f"{float(block.text('goal') or 0) * 100:g} %",
            days=block.text("rolling_period_days"),
        )


def _alert(block: Block, stack: Stack) -> Alert:
    runbooks = [str(url) for url in block.values("documentation.links.url")]
    channels = [
        channel.text("display_name") or channel.name
        for address in sorted(block.references)
        if (channel := stack.find(address)) and channel.type.endswith("_notification_channel")
    ]
    return Alert(
        name=(block.text("display_name") or block.name).rpartition(": ")[2],
        severity=block.text("severity") or "none",
        conditions=tuple(str(name) for name in block.values("conditions.display_name")),
        runbook=next((url for url in runbooks if url.startswith("https://")), None),
        channels=tuple(channels),
    )
