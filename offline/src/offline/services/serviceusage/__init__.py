"""Service Usage: the APIs that are enabled in a project."""

from offline.services.service import Service

SERVICE = Service(
    others=("google_",),
    modules=("behavior", "enablement", "rules"),
)
