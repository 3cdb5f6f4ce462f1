"""The rule of the dashboard: as many services as a page shows, and one more."""

from environments.rules.dashboard import MOST_SERVICES
from tests.environments.samples import Changes, Row

SERVICE = {"cpu": 1, "memory": "512Mi", "max_instances": 1}
WANTED = f"at most {MOST_SERVICES}, as many as a dashboard shows, or monitoring.dashboard: false"


def _services(count: int) -> Changes:
    """As many services as this, with the three that dev has."""
    return {f"services.s{number}": SERVICE for number in range(count - 3)}


ROWS: dict[str, Row] = {
    "more services than a dashboard shows": (
        "dev",
        _services(MOST_SERVICES),
        _services(MOST_SERVICES + 1),
        [("services", f"{MOST_SERVICES + 1} services", WANTED)],
    ),
    "more services than a dashboard shows, and a dashboard": (
        "dev",
        {**_services(MOST_SERVICES + 1), "monitoring.dashboard": False},
        {**_services(MOST_SERVICES + 1), "monitoring.dashboard": True},
        [("services", f"{MOST_SERVICES + 1} services", WANTED)],
    ),
}
