"""Cloud Monitoring: limits of alert policies and dashboards."""

from facts.table import bounds, integer


def max_alert_conditions() -> int:
    """Return the highest number of conditions of an alert policy."""
    return integer("monitoring", "max_alert_conditions")


def max_filter_characters() -> int:
    """Return the highest number of characters of the filter of a condition."""
    return integer("monitoring", "max_filter_characters")


def max_dashboard_widgets() -> int:
    """Return the highest number of widgets of a dashboard."""
    return integer("monitoring", "max_dashboard_widgets")


def auto_close_range_seconds() -> tuple[int, int]:
    """Return the shortest and the longest time in seconds until an incident closes by itself."""
    return bounds("monitoring", "auto_close_seconds")
