"""Cloud Monitoring: alert policies, SLOs, uptime checks, and dashboards."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_monitoring_": "monitoring"},
    modules=("alert_policies", "slos", "dashboards", "deletion", "behavior"),
    not_modelled={
        "google_monitoring_": (
            "alerts never fire and charts draw nothing",
            "metric types: a selection of Google's (services/monitoring/metric_types.json), in "
            "part written from knowledge; one missing there is rejected wrongly where its "
            "domain is listed",
            "values of labels",
            "MQL and SQL conditions",
            "log-based metrics are there at once, in Google after some minutes",
        )
    },
)
