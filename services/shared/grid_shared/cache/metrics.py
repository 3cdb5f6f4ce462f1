"""OpenTelemetry metrics of the cache."""

from enum import StrEnum

from opentelemetry import metrics


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


class Metrics:
    """Instruments of one namespace. Units are UCUM's, names follow OpenTelemetry's rules."""

    def __init__(self, namespace: str, provider: metrics.MeterProvider | None = None) -> None:
        meter = (provider or metrics.get_meter_provider()).get_meter("grid_shared.cache")
        self._duration = meter.create_histogram(
            "cache.get.duration", "s", "Time of a read, by the level that answered"
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
        self._namespace = {"cache.namespace": namespace}
        self._levels = {level: self._namespace | {"cache.level": level.value} for level in Level}

    def record_read(self, level: Level, seconds: float) -> None:
        """Count an answered read."""
        self._duration.record(seconds, self._levels[level])
        if level is Level.SHARED:
            self._avoided.add(1, self._namespace)

    def record_refresh(self) -> None:
        """Count a value that was fetched early."""
        self._refreshes.add(1, self._namespace)

    def record_error(self, error: BaseException) -> None:
        """Redis, a corrupt entry or a fetch in the background failed."""
        self._errors.add(1, self._namespace | {"error.type": type(error).__qualname__})
