"""What a Cloud Run service runs on: CPU, memory, GPU, instances and probes."""

from functools import cache
from typing import Any

import pytest

from environments.schema import GpuConfig, ProbesConfig, ServiceConfig
from tests.unit.cloud_run import cloud_run_service, service_with
from tests.unit.parts import container

WITH_GPU = ServiceConfig(
    cpu=4, memory="16Gi", max_instances=1, cpu_always_allocated=True, gpu=GpuConfig()
)


@cache
def _gpu() -> Any:
    return cloud_run_service(WITH_GPU.model_dump_json())


# Machine


def test_cpu_and_memory_are_the_configured_ones() -> None:
    limits = container(service_with(cpu=2, memory="4Gi"))["resources"]["limits"]
    assert limits == {"cpu": "2", "memory": "4Gi"}


@pytest.mark.parametrize(("always", "idle"), [(True, False), (False, True)])
def test_cpu_is_always_allocated_when_configured(always: bool, idle: bool) -> None:
    assert container(service_with(cpu_always_allocated=always))["resources"]["cpu_idle"] is idle


@pytest.mark.parametrize("boost", [True, False])
def test_startup_cpu_boost_is_on_when_configured(boost: bool) -> None:
    assert (
        container(service_with(startup_cpu_boost=boost))["resources"]["startup_cpu_boost"] is boost
    )


def test_gpu_sets_limit_and_accelerator() -> None:
    assert container(_gpu())["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert _gpu()["template"]["node_selector"] == {"accelerator": "nvidia-l4"}


def test_gpu_service_has_always_allocated_cpu() -> None:
    assert container(_gpu())["resources"]["cpu_idle"] is False


@pytest.mark.parametrize("redundancy", [True, False])
def test_gpu_zonal_redundancy_is_the_configured_one(redundancy: bool) -> None:
    gpu = GpuConfig(zonal_redundancy=redundancy)
    made = cloud_run_service(WITH_GPU.model_copy(update={"gpu": gpu}).model_dump_json())
    assert made["template"]["gpu_zonal_redundancy_disabled"] is not redundancy


@pytest.mark.parametrize("field", ["nvidia.com/gpu", "node_selector", "gpu_zonal_redundancy"])
def test_service_without_a_gpu_has_no_gpu_settings(field: str) -> None:
    assert field not in str(cloud_run_service())


def test_instances_run_in_the_second_generation() -> None:
    assert cloud_run_service()["template"]["execution_environment"] == "EXECUTION_ENVIRONMENT_GEN2"


# Scaling


def test_min_instances_is_set_on_the_service_and_max_on_the_revision() -> None:
    made = service_with(min_instances=2, max_instances=9)
    assert made["scaling"] == {"scaling_mode": "AUTOMATIC", "min_instance_count": 2}
    assert made["template"]["scaling"] == {"max_instance_count": 9}


def test_service_can_scale_to_zero() -> None:
    scaling = service_with(min_instances=0)["scaling"]
    assert scaling == {"scaling_mode": "AUTOMATIC", "min_instance_count": 0}


def test_concurrency_and_timeout_are_the_configured_ones() -> None:
    template = service_with(concurrency=33, timeout_seconds=300)["template"]
    assert template["max_instance_request_concurrency"] == 33
    assert template["timeout"] == "300s"


# Probes


def test_startup_is_probed_as_configured() -> None:
    probes = ProbesConfig(path="/up", startup_period_seconds=5, startup_failures=9).model_dump()
    probe = container(service_with(probes=probes))["startup_probe"]
    assert probe["http_get"] == {"path": "/up"}
    assert (probe["period_seconds"], probe["failure_threshold"]) == (5, 9)
    assert probe["initial_delay_seconds"] == 0


@pytest.mark.parametrize("period", [1, 2, 10])
def test_startup_probe_timeout_is_shorter_than_its_period(period: int) -> None:
    probes = ProbesConfig(startup_period_seconds=period).model_dump()
    probe = container(service_with(probes=probes))["startup_probe"]
    assert 1 <= probe["timeout_seconds"] <= probe["period_seconds"]
    assert probe["timeout_seconds"] < period or period == 1


def test_liveness_is_probed_as_configured() -> None:
    probes = ProbesConfig(path="/up", liveness_period_seconds=7, liveness_failures=4).model_dump()
    probe = container(service_with(probes=probes))["liveness_probe"]
    assert probe["http_get"] == {"path": "/up"}
    assert (probe["period_seconds"], probe["failure_threshold"]) == (7, 4)
