"""Rule of the dashboard: how many services one page shows."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment

MOST_SERVICES = 16
"""A dashboard has at most 100 widgets (Cloud Monitoring, "Quotas and limits"); a service has four
and the platform up to 35."""


def services_fit_the_page(env: Environment) -> Iterator[Problem]:
    """Every service has its row."""
    count = len(env.services)
    if env.monitoring.dashboard and count > MOST_SERVICES:
        wanted = (
            f"at most {MOST_SERVICES}, as many as a dashboard shows, or monitoring.dashboard: false"
        )
        because = (("monitoring", "dashboard"),)
        yield Problem(("services",), f"{count} services", wanted, because=because)


RULES = (services_fit_the_page,)
