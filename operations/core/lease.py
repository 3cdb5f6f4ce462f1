"""The lease of an environment: one command at a time changes it, on whatever machine.

The lease is an object in the state bucket. Its holder renews it; another command may take it over
after its expiry. A holder that lost it must not change anything any more: `verify` is called after
the state of a service was read and before it is changed, and each change names the etag that was
read. So a change of an earlier holder either is visible to the new one, or Google rejects it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Self

from operations.core.errors import BlockedError, FailedError, StoppedError
from operations.core.runtime import Clock
from operations.core.server_time import ServerTime
from operations.core.shared_objects import (
    ABSENT,
    ConflictError,
    SharedObject,
    SharedObjects,
    UnreadableObjectError,
)

NAME = "lease.json"
SECONDS = 180
"""Life of a lease that is not renewed. A killed command blocks other machines that long."""
RENEWAL_SECONDS = 60
"""Age after which the holder renews."""

_WAIT = "see grid status; run the command again when the other command ended"


class LeaseLostError(StoppedError):
    """Another command took the lease over. This one must not change anything any more."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """The command that holds a lease."""

    id: str
    """The run of the command."""
    command: str
    owner: str
    """Operator and machine, or the pipeline's run."""
    reason: str = ""
    """Why it took the lease over."""

    @classmethod
    def of(cls, lease: SharedObject) -> Self:
        """Read the holder of a lease; missing fields are empty."""
        content = lease.content
        fields = ("id", "command", "owner", "reason")
        return cls(**{field: str(content.get(field, "")) for field in fields})

    def __str__(self) -> str:
        """Describe the holder."""
        return f"grid {self.command} of {self.owner} (run {self.id})"


class Lease:
    """The lease of one environment, as one command holds it."""

    def __init__(
        self,
        objects: SharedObjects,
        server_time: ServerTime,
        clock: Clock,
        holder: Holder,
        note: Path | None,
    ) -> None:
        """`note` is a file of this checkout, which keeps the run that held the lease last; None
        while another command of the checkout runs, which may hold it.
        """
        self._objects, self._server_time, self._clock = objects, server_time, clock
        self._holder, self._note = holder, note
        self._generation = ABSENT
        self._confirmed = 0.0
        self._lost: LeaseLostError | None = None
        self._lock = Lock()  # a rollback sends requests from several threads

    def acquire(self, may_preempt: Callable[[Holder], bool]) -> Holder | None:
        """Acquire the lease, and return the holder that it was taken from, if any.

        A lease that expired, or that an interrupted command of this checkout left, is taken over.
        One that another command holds is taken over if `may_preempt` allows it.

        Raises:
            BlockedError: another command holds the lease.
            GoogleError, UnreachableError: the state bucket does not answer.
        """
        try:
            current = self._objects.read(NAME)
        except UnreadableObjectError:
            generation, earlier = self._objects.generation(NAME), None
        else:
            generation = current.generation if current else ABSENT
            earlier = self._live_holder(current) if current else None
        if earlier and not may_preempt(earlier):
            raise BlockedError(
                f"another command changes this environment: {earlier}",
                advice="wait until it ends; if its machine is gone, wait "
                f"{SECONDS} s or use --take-over REASON",
            )
        if self._note:
            with suppress(OSError):  # a full disk: then a killed command waits for its own lease
                self._note.write_text(self._holder.id, encoding="utf-8")
        try:
            self._write(generation)
        except ConflictError as error:
            raise BlockedError(
                "another command acquired the lease of this environment at the same time",
                advice="run the command again",
            ) from error
        return earlier

    def _live_holder(self, lease: SharedObject) -> Holder | None:
        """Return the holder, unless the lease expired or an ended run of this checkout holds it."""
        holder = Holder.of(lease)
        expired = self._server_time.now() > lease.updated + timedelta(seconds=SECONDS)
        is_own = holder.id != "" and holder.id == self._own_last_run()
        return None if expired or is_own else holder

    def _own_last_run(self) -> str:
        try:
            return self._note.read_text("utf-8") if self._note else ""
        except (OSError, UnicodeDecodeError):
            return ""

    def renew_if_due(self) -> None:
        """Renew the lease if it is older than `RENEWAL_SECONDS`.

        Raises:
            LeaseLostError: another command took it over.
        """
        if self._lost:
            raise self._lost
        if self._clock.monotonic() - self._confirmed >= RENEWAL_SECONDS:
            self._attempt(lambda: self._write(self._generation))

    def verify(self) -> None:
        """Check that the lease is still held; call it right before a change.

        Raises:
            LeaseLostError: another command took it over, or nobody knows and it may have expired.
        """
        if self._lost:
            raise self._lost
        self._attempt(self._check_generation)

    def _check_generation(self) -> None:
        if self._objects.generation(NAME) != self._generation:
            raise ConflictError("the lease changed", advice=_WAIT)

    def _attempt(self, work: Callable[[], object]) -> None:
        with self._lock:
            self._attempt_alone(work)

    def _attempt_alone(self, work: Callable[[], object]) -> None:
        try:
            work()
        except ConflictError:
            self._lose()
        except FailedError as error:
            if self._clock.monotonic() - self._confirmed >= SECONDS:
                self._lost = LeaseLostError(
                    f"the lease cannot be renewed, and expired: {error}", advice=_WAIT
                )
                raise self._lost from error
        else:
            self._confirmed = self._clock.monotonic()

    def _lose(self) -> None:
        try:
            current = self._objects.read(NAME)
            holder = str(Holder.of(current)) if current else "another command, which ended"
        except FailedError:
            holder = "another command"
        self._lost = LeaseLostError(
            f"the lease of this environment was taken over by {holder}", advice=_WAIT
        )
        raise self._lost

    def _write(self, generation: int) -> None:
        content = {**asdict(self._holder), "version": 1, "seconds": SECONDS}
        content["renewed"] = self._server_time.now().isoformat(timespec="seconds")
        self._generation = self._objects.write(NAME, content, replaces=generation)
        self._confirmed = self._clock.monotonic()

    def release(self) -> None:
        """Release the lease, unless it is lost. A bucket that does not answer lets it expire."""
        if self._lost or self._generation == ABSENT:
            return
        try:
            self._objects.delete(NAME, generation=self._generation)
        except FailedError:
            return
        self._generation = ABSENT

    @contextmanager
    def renewed_meanwhile(self) -> Iterator[None]:
        """Renew the lease from a thread while the block runs another program."""
        stop = Event()

        def renew() -> None:
            while not stop.wait(RENEWAL_SECONDS):
                try:
                    self._attempt(lambda: self._write(self._generation))
                except LeaseLostError:
                    return

        thread = Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
