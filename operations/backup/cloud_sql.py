"""Cloud SQL: instances, their backups, and the operations on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from operations.core.api_client import GoogleError
from operations.core.errors import FailedError, StillRunningError, UsageError
from operations.core.session import ReadContext

Json = dict[str, Any]
TIMEOUT_SECONDS = 6 * 3600.0
"""Seconds that a backup, a restore or an export may take before the command stops to wait."""
_BUSY_REASON = "operationInProgress"
BUSY_SECONDS = 1800.0
"""Seconds that a command waits for other work on an instance: for a maintenance or a scheduled
backup, say."""
FAILED_STATUSES = {"FAILED", "SKIPPED", "DELETED", "DELETION_PENDING", "DELETION_FAILED"}


class CloudSql:
    """The instances of an environment's project."""

    def __init__(self, session: ReadContext) -> None:
        self._client, self._poller, api = session.client, session.poller, session.google.sql
        self._log = session.report.log
        self._collections = {"databases": api.databases(), "users": api.users()}
        self._instances, self._backups = api.instances(), api.backupRuns()
        self._project_backups = api.Backups()
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
        """Return the backups of an instance, the newest first.

        Raises:
            FailedError: the instance does not exist.
        """
        try:
            yield from self._pages(self._backups, project=self.project, instance=instance)
        except GoogleError as error:
            if error.status != 404:
                raise
            raise FailedError(
                f"project {self.project} has no Cloud SQL instance {instance}",
                advice="its backups outlive it: grid restore ENVIRONMENT --backup latest",
            ) from error

    def project_backups(self, instance: str) -> list[Json]:
        """Return the backups of an instance, deleted or not, the newest first."""
        found, backups = [], self._project_backups
        request = backups.ListBackups(
            parent=f"projects/{self.project}", filter=f"instance:{instance}"
        )
        while request is not None:
            page = self._client.send(request)
            found += [each for each in page.get("backups", []) if each["instance"] == instance]
            request = backups.ListBackups_next(request, page)
        return sorted(found, key=_start_of, reverse=True)

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

    def begin(self, instance: str, request: Any) -> Json:
        """Send a request that begins work on an instance, once no other work is going on there.

        Cloud SQL does one operation at a time on an instance, and answers others with 409.

        Raises:
            FailedError: the other work took longer than `BUSY_SECONDS`; nothing was begun.
            GoogleError, UnknownResultError: as `ApiClient.send`.
        """

        def attempt() -> Json | None:
            try:
                operation: Json = self._client.send(request)
            except GoogleError as error:
                if error.reason != _BUSY_REASON:
                    raise
                return None
            return operation

        if operation := attempt():
            return operation
        kinds = ", ".join(sorted({one["operationType"] for one in self._unfinished(instance)}))
        what = f"other work on {instance} ({kinds or 'of an unknown kind'})"
        self._log(f"{what} is going on; waiting up to {BUSY_SECONDS / 60:.0f} minutes for its end")
        try:
            return self._poller.until(what, attempt, seconds=BUSY_SECONDS)
        except StillRunningError as error:
            raise FailedError(
                f"{error}; nothing was begun",
                advice=f"gcloud sql operations list --instance={instance} "
                f"--project={self.project}, and run the command again when it has ended",
            ) from error

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
                raise FailedError(
                    f"instance {name} is {state}",
                    advice=f"see the reason: gcloud sql operations list --instance {name}",
                )
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
            self.wait(self.begin(name, request))

        self._client.ensure(f"no instance {name}", gone, apply)

    def _busy(self, name: str) -> bool:
        return bool(self._unfinished(name))

    def _unfinished(self, name: str) -> list[Json]:
        request = self._operations.list(project=self.project, instance=name, maxResults=100)
        operations = self._client.send(request).get("items", [])
        return [operation for operation in operations if operation["status"] != "DONE"]

    def _pages(self, collection: Any, **place: str) -> Iterator[Json]:
        request = collection.list(**place)
        while request is not None:
            page = self._client.send(request)
            yield from page.get("items", [])
            request = collection.list_next(request, page)


def _start_of(backup: Json) -> str:
    return str(backup.get("backupInterval", {}).get("startTime", ""))


def parse_time(text: str) -> datetime:
    """Return a time that Google wrote."""
    return datetime.fromisoformat(text)
