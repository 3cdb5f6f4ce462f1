"""Cloud Logging: buckets, sinks, and log-based metrics."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_logging_": "logging"},
    modules=("rules", "behavior"),
    not_modelled={
        "google_logging_": ("filters of logs are not parsed", "retention of locked buckets")
    },
)
