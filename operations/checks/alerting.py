"""Whether critical alerts of a protected environment reach a pager."""

from __future__ import annotations

from operations.checks.finding import Finding, Findings, Subject

_OF_THE_STACK = "${google_monitoring_notification_channel."
"""The stack makes channels for e-mail only. A pager's channel is created manually: decision 12."""


def pager(subject: Subject) -> Findings:
    """Check that critical alerts of a protected environment go to a pager too."""
    if not subject.stack.is_protected:
        return
    emailed = [
        str(policy["display_name"])
        for policy in subject.stack.resources("google_monitoring_alert_policy")
        if policy["severity"] == "CRITICAL"
        and all(name.startswith(_OF_THE_STACK) for name in policy["notification_channels"])
    ]
    yield Finding(
        severity="warning" if emailed else "ok",
        what="pager",
        actual=f"{len(emailed)} critical alerts go to e-mail alone" if emailed else "is notified",
        expected="a PagerDuty channel, since the environment is protected" if emailed else "",
        advice="make a channel (docs/decisions/0012-monitoring.md) and set "
        "monitoring.pagerduty_channel to its number"
        if emailed
        else "",
    )
