"""The rule of monitoring: the last number of thresholds that fits a policy, and the first not."""

from typing import Any

from tests.environments.samples import Changes, Row

WANTED = "at most 6 different values, as many as an alert policy has conditions"
SERVICE = {"cpu": 1, "memory": "512Mi", "max_instances": 1}


def _row(field: str, value: Any, others: list[Any], actual: str) -> Row:
    """`others` beside the values of dev's own services; the last one is too much."""

    def changes(given: list[Any]) -> Changes:
        return {f"services.s{number}": {**SERVICE, field: one} for number, one in enumerate(given)}

    problem = ("services", f"{value} of {actual}", WANTED)
    return "dev", changes(others[:-1]), changes(others), [problem]


ROWS: dict[str, Row] = {
    "seven limits of latency": _row(
        "slo",
        "slo.latency_ms",
        [{"latency_ms": one} for one in (100, 200, 300, 400, 500)],
        "100, 200, 300, 400, 500, 1000, 10000",
    ),
    "seven targets of CPU": _row(
        "target_cpu_percent",
        "target_cpu_percent",
        [60, 61, 62, 63, 64, 65],
        "60, 61, 62, 63, 64, 65, 80",
    ),
}
