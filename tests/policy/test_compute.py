"""Cloud Run and the accounts that it runs as."""

import re
from typing import Any

from environments import Environment
from tests.template import Template

REFERENCE = re.compile(r"\$\{(google_\w+\.\w+)\.\w+\}")


def services(template: Template) -> dict[str, Any]:
    return template.of("google_cloud_run_v2_service")


def containers(template: Template) -> list[Any]:
    tasks = [job["template"]["template"] for job in template.of("google_cloud_run_v2_job").values()]
    revisions = [service["template"] for service in services(template).values()]
    return [container for one in (*revisions, *tasks) for container in one["containers"]]


def test_gpu_arguments_are_set_only_together(template: Template) -> None:
    for name, service in services(template).items():
        revision = service["template"]
        [container] = revision["containers"]
        gpus = container["resources"]["limits"].get("nvidia.com/gpu")
        assert gpus in {None, "1"}, name
        assert bool(gpus) == ("node_selector" in revision), name
        assert bool(gpus) == ("gpu_zonal_redundancy_disabled" in revision), name
        if gpus:
            assert container["resources"]["cpu_idle"] is False
            assert int(container["resources"]["limits"]["cpu"]) >= 4


def test_min_instances_does_not_exceed_max_instances(template: Template) -> None:
    for service in services(template).values():
        most = service["template"]["scaling"]["max_instance_count"]
        assert 0 <= service["scaling"]["min_instance_count"] <= most
        assert 1 <= service["template"]["max_instance_request_concurrency"] <= 1000


def test_services_have_internal_ingress(template: Template) -> None:
    ingresses = {service["ingress"] for service in services(template).values()}
    assert ingresses <= {
        "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        "INGRESS_TRAFFIC_INTERNAL_ONLY",
    }


def test_smoke_jobs_send_all_traffic_through_the_vpc(template: Template) -> None:
    jobs = template.of("google_cloud_run_v2_job").items()
    smoke = [job["template"]["template"] for name, job in jobs if name.startswith("smoke")]
    assert {job["vpc_access"]["egress"] for job in smoke} == {"ALL_TRAFFIC"}


def test_every_routed_service_has_one_invoker(template: Template) -> None:
    expected = [
        f"${{google_cloud_run_v2_service.{name}.name}}"
        for name, service in services(template).items()
        if service["ingress"] == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    ]
    invokers = template.of("google_cloud_run_v2_service_iam_member").values()
    assert sorted(invoker["name"] for invoker in invokers) == sorted(expected)
    assert {(invoker["role"], invoker["member"]) for invoker in invokers} == {
        ("roles/run.invoker", "allUsers")
    }


def test_service_secrets_are_pinned_granted_and_in_depends_on(template: Template) -> None:
    grants = template.of("google_secret_manager_secret_iam_member")
    for name, service in services(template).items():
        account = service["template"]["service_account"].replace(".email}", ".member}")
        for variable in service["template"]["containers"][0]["env"]:
            if "value_source" not in variable:
                continue
            key = variable["value_source"]["secret_key_ref"]
            assert key["version"] != "latest"
            matching = [
                f"google_secret_manager_secret_iam_member.{grant}"
                for grant, one in grants.items()
                if one["secret_id"] == key["secret"] and one["member"] == account
            ]
            assert len(matching) == 1, (name, variable["name"])
            assert matching[0] in service["depends_on"]


def test_no_account_has_project_wide_secret_access(template: Template) -> None:
    roles = {grant["role"] for grant in template.of("google_project_iam_member").values()}
    assert "roles/secretmanager.secretAccessor" not in roles
    assert not roles & {"roles/owner", "roles/editor", "roles/viewer"}


def test_each_service_has_its_own_service_account(template: Template) -> None:
    pairs = {
        (service["labels"]["service"], service["template"]["service_account"])
        for service in services(template).values()
    }
    names, accounts = zip(*pairs, strict=True)
    assert len(set(names)) == len(set(accounts)) == len(pairs)
    for account in template.of("google_service_account").values():
        assert 6 <= len(account["account_id"]) <= 30


def test_plain_variables_contain_no_secret(template: Template) -> None:
    for container in containers(template):
        for variable in container["env"]:
            if re.search(r"KEY|SECRET|PASSWORD|TOKEN|_URL(_|$)", variable["name"]):
                assert "value_source" in variable, variable


def test_startup_probes_are_within_the_api_limits(template: Template) -> None:
    for service in services(template).values():
        probe = service["template"]["containers"][0]["startup_probe"]
        assert probe["period_seconds"] * probe["failure_threshold"] <= 240
        assert probe["timeout_seconds"] <= probe["period_seconds"]


def test_protection_is_the_configured_one(template: Template, environment: Environment) -> None:
    for service in services(template).values():
        assert service["deletion_protection"] is environment.protect
    for job in template.of("google_cloud_run_v2_job").values():
        assert job["deletion_protection"] is environment.protect


def test_node_env_is_development_or_production(template: Template) -> None:
    for container in containers(template):
        plain = {one["name"]: one.get("value") for one in container["env"]}
        assert plain["NODE_ENV"] in {"development", "production"}
        assert "PORT" not in plain
