"""Cloud Monitoring filters and PromQL selectors that several alerts begin with.

Source of the metrics: Google Cloud, "Google Cloud metrics".
"""

from collections.abc import Sequence


def cloud_run(metric: str, *services: str) -> str:
    """Filter for a metric of Cloud Run, `run.googleapis.com/<metric>`, of services by name."""
    return (
        'resource.type = "cloud_run_revision" AND '
        f'metric.type = "run.googleapis.com/{metric}" AND '
        f"resource.label.service_name {_among(services)}"
    )


def database(metric: str, *instances: str) -> str:
    """Filter for a metric of Cloud SQL, `cloudsql.googleapis.com/database/<metric>`, of instances
    by `<project>:<instance>`.
    """
    return (
        'resource.type = "cloudsql_database" AND '
        f'metric.type = "cloudsql.googleapis.com/database/{metric}" AND '
        f"resource.label.database_id {_among(instances)}"
    )


def _among(names: Sequence[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"= {quoted}" if len(names) == 1 else f"= one_of({quoted})"
