"""Storage Transfer Service: jobs."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_storage_transfer_": "storagetransfer"},
    modules=("rules",),
)
