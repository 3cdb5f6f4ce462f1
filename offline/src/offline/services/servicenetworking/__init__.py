"""Service Networking: private services access."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_service_networking_": "servicenetworking"},
    others=("google_",),
    modules=("rules",),
    not_modelled={
        "google_service_networking_": (
            "the producer's side: which range a service takes",
            "the peering left behind by ABANDON, which keeps the network from being deleted",
        )
    },
)
