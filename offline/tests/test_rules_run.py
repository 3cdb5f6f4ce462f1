"""Cloud Run: what its API rejects."""

from typing import Any

import pytest
from resources import (
    ACCOUNT,
    CONNECTOR,
    EMAIL,
    GRANT,
    RUN,
    SECRET,
    VERSION,
    P,
)
from rule_cases import Resources, RuleCase, changed, check_both, evaluate

SERVICE, JOB = "google_cloud_run_v2_service", "google_cloud_run_v2_job"
NEEDS = (
    ("google_service_account", ACCOUNT),
    ("google_secret_manager_secret", SECRET),
    ("google_secret_manager_secret_version", VERSION),
    ("google_secret_manager_secret_iam_member", GRANT),
    ("google_vpc_access_connector", CONNECTOR),
)
C = "template.0.containers.0"
LIMITS = f"{C}.resources.0.limits"
GPU_ON = {
    LIMITS: {"cpu": "8", "memory": "32Gi", "nvidia.com/gpu": "1"},
    f"{C}.resources.0.cpu_idle": False,
    "template.0.node_selector": [{"accelerator": "nvidia-l4"}],
}


def service(rule: str, change: dict[str, object], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual service in the usual world."""
    return RuleCase(rule, SERVICE, RUN, change, message, cloud=NEEDS, **more)


def gpu(change: dict[str, object], message: str) -> RuleCase:
    """Return a case over a service with a GPU."""
    return RuleCase(
        "run.resources.gpu", SERVICE, changed(RUN, GPU_ON), change, message, cloud=NEEDS
    )


def without(type_: str) -> Resources:
    """Return the usual world without the things of a type."""
    return tuple(item for item in NEEDS if item[0] != type_)


JOB_GOOD = {
    "name": "migrate",
    "location": "us-central1",
    "template": [
        {"template": [{"containers": [{"env": [{"name": "A", "value": "b"}]}], "volumes": []}]}
    ],
}
CASES = [
    service(
        "run.resources.sizes",
        {f"{LIMITS}.memory": "32Gi"},
        "For 4.0 CPU, memory must be between 2Gi",
    ),
    service("run.resources.sizes", {f"{LIMITS}.cpu": "3"}, "Invalid value specified for cpu"),
    service(
        "run.resources.sizes", {f"{LIMITS}.cpu": "1", f"{LIMITS}.memory": "8Gi"}, "128Mi and 4Gi"
    ),
    service("run.resources.sizes", {f"{LIMITS}.cpu": "two"}, "Invalid quantity"),
    gpu({"template.0.node_selector": []}, "run.googleapis.com/accelerator"),
    gpu({f"{LIMITS}.cpu": "2", f"{LIMITS}.memory": "8Gi"}, "at least 4 CPU"),
    gpu({f"{LIMITS}.memory": "8Gi"}, "at least 16Gi"),
    gpu({f"{C}.resources.0.cpu_idle": True}, "CPU must always be allocated"),
    gpu({LIMITS: {"cpu": "8", "memory": "32Gi", "nvidia.com/gpu": "0"}}, "'0' is invalid"),
    gpu({LIMITS: {"cpu": "8", "memory": "32Gi"}}, "needs a container with a limit"),
    service("run.template.request_limits", {"template.0.timeout": "3601s"}, "between 1s and 3600s"),
    service(
        "run.template.request_limits",
        {"template.0.max_instance_request_concurrency": 1001},
        "between 1 and 1000",
    ),
    service(
        "run.template.probes",
        {f"{C}.startup_probe.0.timeout_seconds": 11},
        "at most period_seconds",
    ),
    service(
        "run.template.probes", {f"{C}.startup_probe.0.failure_threshold": 25}, "must be at most 240"
    ),
    service(
        "run.template.scaling",
        {"template.0.scaling.0.min_instance_count": 11},
        "must not be greater",
    ),
    service(
        "run.template.scaling", {"scaling": [{"min_instance_count": 11}]}, "must not be greater"
    ),
    service("run.template.traffic", {"traffic": [{"percent": 90}]}, "must sum to 100, got 90"),
    service(
        "run.template.vpc",
        {"template.0.vpc_access.0.network_interfaces": [{"subnetwork": "private"}]},
        "mutually exclusive",
    ),
    service(
        "run.template.environment", {f"{C}.env.0.name": "PORT"}, "reserved env names were provided"
    ),
    service(
        "run.template.environment", {f"{C}.env.0.name": "KEY"}, "Duplicate environment variable"
    ),
    RuleCase(
        "run.template.environment",
        JOB,
        JOB_GOOD,
        {"template.0.template.0.containers.0.env.0.name": "CLOUD_RUN_JOB"},
        "CLOUD_RUN_JOB",
    ),
    service(
        "run.template.volumes", {f"{C}.volume_mounts.0.name": "other"}, "volume 'other' not found"
    ),
    service(
        "run.template.ingress_container",
        {"template.0.containers": [{}, {}]},
        "exactly one container must expose a port",
    ),
    service(
        "run.dependencies.account",
        {},
        "or it may not exist",
        instead=True,
        bad_cloud=without("google_service_account"),
    ),
    service(
        "run.dependencies.secret_versions",
        {},
        "secrets/key/versions/1 was not found",
        instead=True,
        bad_cloud=without("google_secret_manager_secret_version"),
    ),
    service(
        "run.dependencies.secret_versions",
        {},
        "was not found",
        instead=True,
        bad_cloud=without("google_secret_manager_secret"),
    ),
    service(
        "run.dependencies.secret_versions",
        {},
        "in state DISABLED",
        bad_cloud=(("google_secret_manager_secret_version", VERSION | {"enabled": False}),),
    ),
    service(
        "run.dependencies.secret_versions",
        {f"{C}.env.1.value_source.0.secret_key_ref.0.version": "2"},
        "versions/2 was not found",
    ),
    service(
        "run.dependencies.secret_grants",
        {},
        "Permission denied on secret",
        instead=True,
        bad_cloud=without("google_secret_manager_secret_iam_member"),
    ),
    service(
        "run.dependencies.secret_grants",
        {},
        f"service account {EMAIL}",
        instead=True,
        bad_cloud=(
            *without("google_secret_manager_secret_iam_member"),
            ("google_secret_manager_secret_iam_member", GRANT | {"secret_id": "another"}),
        ),
    ),
    service(
        "run.dependencies.connector",
        {},
        "VPC connector",
        instead=True,
        bad_cloud=without("google_vpc_access_connector"),
    ),
    service("run.dependencies.connector", {"location": "us-east1"}, "does not exist"),
    service(
        "run.dependencies.quota",
        {},
        "Max instances must be set to 5 or fewer",
        bad_quotas={"run_cpu@us-central1": 20},
    ),
    service(
        "run.dependencies.quota",
        {},
        "MemAllocPerProjectRegion",
        bad_quotas={"run_memory_gib": 39},
    ),
    service("run.dependencies.quota", {}, "InstanceLimit", bad_quotas={"run_instances": 9}),
    RuleCase(
        "run.dependencies.gpu_quota",
        SERVICE,
        changed(RUN, GPU_ON),
        {},
        "NvidiaL4GpuAllocZonalRedundancyPerProjectRegion requested: 10 allowed: 9",
        cloud=NEEDS,
        bad_quotas={"run_gpu@us-central1": 9},
    ),
    service("common.names.pattern_matches", {"name": "Api"}, "must match"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


def test_latest_is_the_newest_secret_version() -> None:
    path = f"{C}.env.1.value_source.0.secret_key_ref.0.version"
    newer = VERSION | {"id": f"{P}/secrets/key/versions/10", "version": "10", "enabled": False}
    check_both(
        service(
            "run.dependencies.secret_versions",
            {path: "latest"},
            "DISABLED",
            bad_cloud=(("google_secret_manager_secret_version", newer),),
        )
    )


def test_resources_of_other_projects_are_not_checked() -> None:
    other = f"{C}.env.1.value_source.0.secret_key_ref.0.secret"
    good = changed(RUN, {other: "projects/other/secrets/key"})
    assert evaluate(RuleCase("", SERVICE, good, {}, "", cloud=NEEDS), bad=False) is None
