"""Cloud Monitoring filters and PromQL selectors that several alerts begin with.

Source of the metrics: Google Cloud, "Google Cloud metrics".
"""


def cloud_run(metric: str, *services: str) -> str:
    """Filter for a metric of Cloud Run, `run.googleapis.com/<metric>`, of services by name."""
    names = ", ".join(f'"{service}"' for service in services)
    which = f"= {names}" if len(services) == 1 else f"= one_of({names})"
    return (
        'resource.type = "cloud_run_revision" AND '
        f'metric.type = "run.googleapis.com/{metric}" AND resource.label.service_name {which}'
    )


def database(metric: str) -> str:
    """Filter for a metric of Cloud SQL, `cloudsql.googleapis.com/database/<metric>`, of all
    instances of the project: the primary and its replicas.
    """
    return (
        'resource.type = "cloudsql_database" AND '
        f'metric.type = "cloudsql.googleapis.com/database/{metric}"'
    )
