"""Rules that every service has: names and labels."""

from offline.services.service import Service

SERVICE = Service(
    others=("google_",),
    modules=("names",),
)
