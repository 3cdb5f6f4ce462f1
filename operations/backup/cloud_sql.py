"""Cloud SQL: instances, their backups, and the operations on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from operations.core.errors import FailedError, UsageError
from operations.core.session import ReadContext

Json = dict[str, Any]
TIMEOUT_SECONDS = 6 * 3600.0
"""Seconds that a backup, a restore or an export may take before the command stops to wait."""
FAILED_STATUSES = {"FAILED", "SKIPPED", "DELETED", "DELETION_PENDING", "DELETION_FAILED"}


class CloudSql:
    """The instances of an environment's project."""

    def __init__(self, session: ReadContext) -> None:
        self._client, self._poller, api = session.client, session.poller, session.google.sql
        self._collections = {"databases": api.databases(), "users": api.users()}
        self._instances, self._backups = api.instances(), api.backupRuns()
        self._operations = api.operations()
        self.project = session.platform.project_id

    def instance(self, name: str) -> Json | None:
        """Return an instance as the API describes it; None where there is none."""
        request = self._instances.get(project=self.project, instance=name)
        instance: Json | None = self._client.find(request)
        return instance

    def get_instance(self, name: str) -> Json:
        """Return an instance. Raises UsageError where there is none."""
        instance = self.instance(name)
        if instance is None:
            raise UsageError(
                f"project {self.project} has no Cloud SQL instance {name}",
                advice=f"gcloud sql instances list --project={self.project}",
            )
        return instance

    def instances(self) -> Iterator[Json]:
        """Return every instance of the project."""
        return self._pages(self._instances, project=self.project)

    def backups(self, instance: str) -> Iterator[Json]:
        """Return the backups of an instance, the newest first."""
        return self._pages(self._backups, project=self.project, instance=instance)

    def successful_backups(self, instance: str) -> Iterator[Json]:
        """Return those of them that came to a good end."""
        return (backup for backup in self.backups(instance) if backup["status"] == "SUCCESSFUL")

    def names(self, kind: str, instance: str) -> set[str]:
        """Return the names of an instance's `databases` or `users`."""
        request = self._collections[kind].list(project=self.project, instance=instance)
        response = self._client.send(request)
        return {str(item["name"]) for item in response.get("items", [])}

    def operation(self, instance: str, kind: str, uri: str = "") -> Json | None:
        """Return the newest operation of a kind, such as IMPORT; of one file, where `uri` is."""
        place = {"project": self.project, "instance": instance, "maxResults": 100}
        for operation in self._client.send(self._operations.list(**place)).get("items", []):
            context = operation.get("exportContext") or operation.get("importContext") or {}
            if operation["operationType"] == kind and uri in {"", context.get("uri")}:
                newest: Json = operation
                return newest
        return None

    def running(self, instance: str, kind: str, uri: str = "") -> Json | None:
        """Return the newest operation of a kind unless it failed: it runs, or is done."""
        operation = self.operation(instance, kind, uri)
        return None if operation is None or operation.get("error") else operation

    def wait(self, operation: Json) -> Json:
        """Wait for an operation. Raises as `operations.core.polling.Poller.sql` does."""
        return self._poller.sql_operation(self.project, operation, seconds=TIMEOUT_SECONDS)

    def ready(self, name: str) -> Json:
        """Wait for an instance to run, with nothing going on, and return it.

        Raises:
            FailedError: it is not there, or cannot run.
            StillRunningError: it did not in that time.
        """

        def check() -> Json | None:
            instance = self.instance(name)
            state = instance["state"] if instance else "gone"
            if instance is None or state in {"FAILED", "SUSPENDED"}:
                raise FailedError(f"instance {name} is {state}")
            return instance if state == "RUNNABLE" and not self._busy(name) else None

        return self._poller.until(f"instance {name}", check, seconds=TIMEOUT_SECONDS)

    def delete(self, name: str) -> None:
        """Delete an instance and wait until it is gone; nothing where there is none."""

        def gone() -> bool | None:
            return True if self.instance(name) is None else None

        def apply() -> None:
            self._poller.until(
                f"work on {name}",
                lambda: None if self._busy(name) else True,
                seconds=TIMEOUT_SECONDS,
            )
            request = self._instances.delete(project=self.project, instance=name)
            self.wait(self._client.send(request))

        self._client.ensure(f"no instance {name}", gone, apply)

    def _busy(self, name: str) -> bool:
        request = self._operations.list(project=self.project, instance=name, maxResults=100)
        operations = self._client.send(request).get("items", [])
        return any(operation["status"] != "DONE" for operation in operations)

    def _pages(self, collection: Any, **place: str) -> Iterator[Json]:
        request = collection.list(**place)
        while request is not None:
            page = self._client.send(request)
            yield from page.get("items", [])
            request = collection.list_next(request, page)


def parse_time(text: str) -> datetime:
    """Return a time that Google wrote."""
    return datetime.fromisoformat(text)
