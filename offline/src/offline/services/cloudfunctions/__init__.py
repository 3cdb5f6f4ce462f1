"""Cloud Run functions: no facts and no rules of its own."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_cloudfunctions2_": "cloudfunctions"},
)
