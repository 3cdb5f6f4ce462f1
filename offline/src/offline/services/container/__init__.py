"""Google Kubernetes Engine: no facts and no rules of its own."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_container_": "container"},
)
