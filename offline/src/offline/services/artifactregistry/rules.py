"""Artifact Registry, DNS, KMS, Pub/Sub and project services: a few rules each."""

import re

from offline.services.context import RuleContext, blocks, text
from offline.services.registry import rule

REPOSITORY = "google_artifact_registry_repository"


@rule(REPOSITORY)
def cleanup(context: RuleContext) -> str | None:
    """Reject a clean-up policy with most_recent_versions that deletes, one without a rule, or an id
    twice.
    """
    ids = [text(cleanup_policy, "id") for cleanup_policy in context.blocks("cleanup_policies")]
    for item in context.blocks("cleanup_policies"):
        name = text(item, "id")
        newest, condition = blocks(item, "most_recent_versions"), blocks(item, "condition")
        if newest and text(item, "action") == "DELETE":
            return (
                f"Cleanup policy {name}: most_recent_versions may only be used with action "
                "KEEP., invalid"
            )
        if bool(newest) == bool(condition):
            return (
                f"Cleanup policy {name}: exactly one of condition and most_recent_versions "
                "must be set., invalid"
            )
        if ids.count(name) > 1:
            return f"Cleanup policy {name} is defined twice., invalid"
    return None


@rule(REPOSITORY)
def docker_only(context: RuleContext) -> str | None:
    """Docker's settings on a repository of another format, or a remote mode without its
    settings.
    """
    format_ = context.text("format").upper()
    if context.blocks("docker_config") and format_ not in ("", "DOCKER"):
        return f"docker_config may only be set for format DOCKER, got {format_}., invalid"
    mode = context.text("mode")
    if mode == "REMOTE_REPOSITORY" and not context.blocks("remote_repository_config"):
        return "remote_repository_config is required for mode REMOTE_REPOSITORY., invalid"
    if mode == "VIRTUAL_REPOSITORY" and not context.blocks("virtual_repository_config"):
        return "virtual_repository_config is required for mode VIRTUAL_REPOSITORY., invalid"
    return None


@rule("google_artifact_registry_repository")
def repository_location(context: RuleContext) -> str | None:
    """Reject a location that is neither a region nor a multi-region."""
    name = context.text("location")
    if not name or re.fullmatch(r"us|europe|asia|[a-z]+-[a-z]+\d{1,2}", name):
        return None
    return f"Location {name} is not found or access is unauthorized., invalid"
