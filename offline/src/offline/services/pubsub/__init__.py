"""Pub/Sub: topics."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_pubsub_": "pubsub"},
    not_modelled={"google_pubsub_": ("messages, schemas, subscriptions",)},
)
