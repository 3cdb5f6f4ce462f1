"""Service Usage: names of APIs."""

import re

from offline.services.context import RuleContext
from offline.services.registry import rule


@rule("google_project_service", code=404)
def service(context: RuleContext) -> str | None:
    """Reject an API that is not one of Google's."""
    name = context.text("service")
    if not name or re.fullmatch(
        r"[a-z0-9-]+\.(googleapis\.com|cloud\.goog)|.+\.endpoints\..+\.cloud\.goog", name
    ):
        return None
    return (
        f"Not found or permission denied for service(s): {name}., "
        "SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED"
    )
