"""Workflows."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_workflows_": "workflows"},
    modules=("rules",),
    not_modelled={"google_workflows_": ("the source is not parsed and does not run",)},
)
