"""Rule of the dashboard: how many services one page shows."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment

MOST_SERVICES = 16
"""A dashboard has at most 100 widgets (Cloud Monitoring, "Quotas and limits"); a service has four
and the platform up to 35."""


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
