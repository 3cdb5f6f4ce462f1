"""Google Kubernetes Engine: how clients reach a cluster; no facts and no rules of its own."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_container_": "container"},
    modules=("behavior",),
)
