"""Cloud Scheduler: jobs."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_cloud_scheduler_": "cloudscheduler"},
    modules=("rules",),
    not_modelled={"google_cloud_scheduler_": ("schedules are not parsed and do not run",)},
)
