"""OpenTelemetry metrics of the cache."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

BOUNDARIES = [1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
"""Buckets in seconds, from a read of this process to a fetch."""


class Level(StrEnum):
    """Where a value came from."""

    L1 = "l1"
    """This process."""
    L2 = "l2"
    """Redis."""
    FETCH = "fetch"
    """The fetcher, by this call."""
    SHARED = "shared"
    """A fetch that another call had begun, in this process or another: a stampede avoided."""
    STALE = "stale"
    """An older value, because the fetch failed."""


@dataclass(frozen=True, slots=True)
class State:
    """State of a cache at the moment."""

    breaker_open: bool
    subscribed: bool
    pending: int
    """Invalidations that Redis has not received."""


class Metrics:
    """Instruments of one namespace. Units are UCUM's, names follow OpenTelemetry's rules."""

    def __init__(self, namespace: str, provider: metrics.MeterProvider | None = None) -> None:
        self._namespace = {"cache.namespace": namespace}
        # A meter for each namespace: an observed instrument has the callbacks of its first owner.
        meter = (provider or metrics.get_meter_provider()).get_meter(
            "grid_shared.cache", attributes=self._namespace
        )
        self._meter = meter
        self._duration = meter.create_histogram(
            "cache.get.duration",
            "s",
            "Time of a read, by the level that answered",
            explicit_bucket_boundaries_advisory=BOUNDARIES,
        )
        # A filter of Cloud Monitoring cannot count the points of a distribution.
        self._reads = meter.create_counter(
            "cache.reads", "{read}", "Reads, by the level that answered"
        )
        self._avoided = meter.create_counter(
            "cache.stampede.avoided", "{fetch}", "Fetches saved by waiting for another's"
        )
        self._refreshes = meter.create_counter(
            "cache.refresh", "{fetch}", "Fetches in the background before the end of a value"
        )
        self._errors = meter.create_counter(
            "cache.errors", "{error}", "What failed without the caller's seeing it"
        )
        self._levels = {level: self._namespace | {"cache.level": level.value} for level in Level}

    def observe(self, read: Callable[[], State | None]) -> None:
        """Report the state that `read` returns at each export; nothing for None."""

        def report(name: str, unit: str, description: str, value: Callable[[State], int]) -> None:
            def observe(_: CallbackOptions) -> Iterable[Observation]:
                state = read()
                return [Observation(value(state), self._namespace)] if state else []

            self._meter.create_observable_gauge(name, [observe], unit, description)

        report(
            "cache.breaker.open",
            "1",
            "1 while the circuit breaker rejects calls to Redis",
            lambda state: int(state.breaker_open),
        )
        report(
            "cache.subscription.connected",
            "1",
            "1 while invalidations of other processes arrive",
            lambda state: int(state.subscribed),
        )
        report(
            "cache.invalidations.pending",
            "{invalidation}",
            "Invalidations that Redis has not received",
            lambda state: state.pending,
        )

    def record_read(self, level: Level, seconds: float) -> None:
        """Count an answered read."""
        self._duration.record(seconds, self._levels[level])
        self._reads.add(1, self._levels[level])
        if level is Level.SHARED:
            self._avoided.add(1, self._namespace)

    def record_refresh(self) -> None:
        """Count a value that was fetched early."""
        self._refreshes.add(1, self._namespace)

    def record_error(self, error: BaseException) -> None:
        """Redis, a corrupt entry or a fetch in the background failed."""
        self._errors.add(1, self._namespace | {"error.type": type(error).__qualname__})
