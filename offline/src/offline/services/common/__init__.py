"""Rules that every service has: names and labels."""

from offline.services.service import Service

SERVICE = Service(
    modules=("names",),
)
