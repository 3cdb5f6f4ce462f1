"""Cloud Monitoring: uptime checks and channels that alert policies use."""

from offline.services.context import RuleContext, at, blocks, text
from offline.services.registry import rule


@rule("google_monitoring_uptime_check_config", when="delete")
def check_in_use(context: RuleContext) -> str | None:
    """Reject deleting an uptime check that an alert policy names."""
    check = context.text("uptime_check_id")
    for resource in context.all("google_monitoring_alert_policy"):
        filters = [
            text(block, "filter") for block in blocks(resource, "conditions.condition_threshold")
        ]
        if check and any(check in filter_ for filter_ in filters):
            return (
                f"Cannot delete check {check}. One or more alerting policies reference it: "
                f"{text(resource, 'name')}"
            )
    return None


@rule("google_monitoring_notification_channel", when="delete")
def channel_in_use(context: RuleContext) -> str | None:
    """Reject deleting a channel that an alert policy uses, without force_delete."""
    if context.get("force_delete") is True:
        return None
    for resource in context.all("google_monitoring_alert_policy"):
        if context.text("name") in (at(resource, "notification_channels") or ()):
            return (
                f"Cannot delete notification channel {context.text('name')} because it is used "
                f"by {text(resource, 'name')}."
            )
    return None
