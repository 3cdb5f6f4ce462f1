"""Cloud Run: services and jobs."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_cloud_run_": "run"},
    modules=("resources", "template", "dependencies", "behavior"),
    not_modelled={
        "google_cloud_run_": (
            "containers do not run: probes, ports and images are never tried",
            "revisions: one per service, no history, traffic tags are not served",
            "Binary Authorization",
            "gen1 and gen2 memory floors differ (512Mi in gen2)",
            "members in groups, folders and organizations: only grants on secret and project count",
        )
    },
)
