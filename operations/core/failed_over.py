"""The failover that Terraform does not know yet, as an object in the state bucket.

Until the state names the promoted instance, an apply would lead the services back to the old one.
"""

from __future__ import annotations

from operations.core.shared_objects import ABSENT, SharedObjects

NAME = "failover.json"


def write_failover(objects: SharedObjects, instance: str) -> None:
    """Record that an instance is the primary now. Raises FailedError: the bucket fails."""
    content, current = {"version": 1, "instance": instance}, objects.read(NAME)
    if current is None or current.content != content:
        objects.write(NAME, content, replaces=current.generation if current else ABSENT)


def read_failover(objects: SharedObjects) -> str:
    """Return the promoted instance; empty without one. Raises FailedError: the bucket fails."""
    found = objects.read(NAME)
    return str(found.content.get("instance", "")) if found else ""


def forget_failover(objects: SharedObjects) -> None:
    """Remove the record, once Terraform knows. Raises FailedError: the bucket fails."""
    if found := objects.read(NAME):
        objects.delete(NAME, generation=found.generation)
