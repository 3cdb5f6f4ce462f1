"""Rule of monitoring: what one alert policy holds."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment
from facts import monitoring


def check_alert_conditions(environment: Environment) -> Iterator[Problem]:
    """Check that one alert policy can hold a condition for each threshold of the services."""
    most, services = monitoring.max_alert_conditions(), environment.services.values()
    for field, numbers in (
        ("slo.latency_ms", {service.slo.latency_ms for service in services}),
        ("target_cpu_percent", {service.target_cpu_percent for service in services}),
    ):
        if len(numbers) > most:
            actual = ", ".join(map(str, sorted(numbers)))
            expected = f"at most {most} different values, as many as an alert policy has conditions"
            depends_on = (("services", "*", *field.split(".")),)
            yield Problem(("services",), f"{field} of {actual}", expected, depends_on=depends_on)


RULES = (check_alert_conditions,)
