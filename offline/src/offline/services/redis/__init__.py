"""Memorystore for Redis: instances."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_redis_": "redis"},
    modules=("quotas", "peering", "rules", "behavior"),
    not_modelled={
        "google_redis_": (
            "the server itself: AUTH, TLS, failover",
            "the table of settings is written from knowledge of the documentation",
            "versions going out of support",
            "memory below what is stored",
        )
    },
)
