"""Cloud Billing: budgets."""

import re

from offline.services.context import RuleContext, number
from offline.services.registry import rule

BUDGET = "google_billing_budget"


@rule(BUDGET, code=404)
def account(context: RuleContext) -> str | None:
    """Reject a budget of something that is no billing account."""
    name = context.text("billing_account").removeprefix("billingAccounts/")
    if not name or re.fullmatch(r"[0-9A-F]{6}(-[0-9A-F]{6}){2}", name):
        return None
    return f"Billing account {name} is not found."


@rule(BUDGET)
def projects(context: RuleContext) -> str | None:
    """Name a filter for projects that are not named by their number: the API gives back numbers,
    and every plan shows a change.
    """
    for project in context.get("budget_filter.projects") or ():
        if isinstance(project, str) and not re.fullmatch(r"projects/\d+", project):
            return f"The budget gives back the number of {project}: every plan shows a change"
    return None


@rule(BUDGET)
def amounts(context: RuleContext) -> str | None:
    """Reject a name of more than 60 characters, an amount or a threshold below zero."""
    if len(context.text("display_name")) > 60:
        return "Request contains an invalid argument: budget.display_name is too long."
    rules = context.blocks("threshold_rules")
    given = [number(rule_, "threshold_percent") for rule_ in rules]
    given.append(context.number("amount.specified_amount.units"))
    if any(item is not None and item < 0 for item in given):
        return "Request contains an invalid argument: amounts and thresholds are not negative."
    return None


@rule(BUDGET, code=404)
def channels_exist(context: RuleContext) -> str | None:
    """Reject a budget that notifies a channel that does not exist."""
    for monitoring_notification_channel in (
        context.get("all_updates_rule.monitoring_notification_channels") or ()
    ):
        if isinstance(monitoring_notification_channel, str) and not context.find(
            "google_monitoring_notification_channel", monitoring_notification_channel
        ):
            return f"Notification channel {monitoring_notification_channel} is not found."
    return None
