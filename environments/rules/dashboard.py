"""Rule of the dashboard: how many services one page shows."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment
from facts import monitoring

SERVICE_WIDGETS, PLATFORM_WIDGETS = 4, 35
"""Widgets of a service, and the most of the platform."""
MOST_SERVICES = (monitoring.max_dashboard_widgets() - PLATFORM_WIDGETS) // SERVICE_WIDGETS


def check_dashboard_services(environment: Environment) -> Iterator[Problem]:
    """Check that the dashboard has room for a row for every service."""
    count = len(environment.services)
    if environment.monitoring.dashboard and count > MOST_SERVICES:
        expected = (
            f"at most {MOST_SERVICES}, as many as a dashboard shows, or monitoring.dashboard: false"
        )
        depends_on = (("monitoring", "dashboard"),)
        yield Problem(("services",), f"{count} services", expected, depends_on=depends_on)


RULES = (check_dashboard_services,)
