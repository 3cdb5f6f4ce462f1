"""Test of the metrics."""

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from grid_shared.cache.metrics import Level, Metrics


def test_metrics_have_names_units_and_attributes() -> None:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    metrics = Metrics("users", provider)
    metrics.record_read(Level.SHARED, 0.5)
    metrics.record_refresh()
    metrics.record_error(TimeoutError())
    data = reader.get_metrics_data()
    provider.shutdown()
    assert data is not None
    (scope,) = data.resource_metrics[0].scope_metrics
    users = {"cache.namespace": "users"}
    assert scope.scope.name == "grid_shared.cache"
    assert {
        (metric.name, metric.unit): dict(metric.data.data_points[0].attributes or {})
        for metric in scope.metrics
    } == {
        ("cache.get.duration", "s"): users | {"cache.level": "shared"},
        ("cache.reads", "{read}"): users | {"cache.level": "shared"},
        ("cache.stampede.avoided", "{fetch}"): users,
        ("cache.refresh", "{fetch}"): users,
        ("cache.errors", "{error}"): users | {"error.type": "TimeoutError"},
    }
