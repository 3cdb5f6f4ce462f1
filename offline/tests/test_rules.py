"""The register of rules as a whole, and the audit."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from resources import (
    BACKEND,
    NEG,
    RUN,
    SECRET,
    VERSION,
)
from rule_cases import RuleCase, cloud_of, whole

from offline.cloud.quotas import Quotas
from offline.protocol.values import UNKNOWN
from offline.services import behavior, catalog
from offline.services.catalog import check, rules
from offline.warnings import find_warnings

SERVICE, RUN_GRANT = "google_cloud_run_v2_service", "google_cloud_run_v2_service_iam_member"
INVOKER = {
    "name": "api",
    "location": "us-central1",
    "role": "roles/run.invoker",
    "member": "allUsers",
}


def test_unknown_values_pass_every_rule() -> None:
    for case in _cases():
        if case.delete or case.prior is not None:
            continue
        planned = dict.fromkeys(whole(case.type, case.good), UNKNOWN)
        cloud = cloud_of(case.cloud)
        check(case.type, planned, None, cloud, Quotas())


def _cases() -> list[RuleCase]:
    """Return the cases of every test of rules next to this file."""
    files = sorted(Path(__file__).parent.glob("test_rules_*.py"))
    modules = [importlib.import_module(file.stem) for file in files]
    return [case for module in modules for case in getattr(module, "CASES", ())]


ELSEWHERE = {"common.names.reserved"}


def test_every_rule_has_a_test_and_a_source() -> None:
    tested = {case.rule for case in _cases()} | ELSEWHERE
    known = {rule_.name: rule_ for rule_ in rules()}
    assert set(known) - tested == set()
    assert tested - set(known) == set()
    for item in known.values():
        assert item.summary.endswith("."), item.name
        is_open = item.origin.source.startswith("https://") or item.origin.how == "provider"
        assert is_open or item.mode == "warn", item.name
        assert item.origin.checked or item.mode == "warn", item.name


def test_every_source_has_a_rule() -> None:
    known = {rule_.name for rule_ in rules()}
    for file in (Path(catalog.__file__).parent).glob("*/sources.json"):
        names = {f"{file.parent.name}.{name}" for name in json.loads(file.read_bytes())}
        assert names <= known, file


def test_service_knows_the_types_of_its_rules_and_hooks() -> None:
    """For other types its modules are not loaded."""
    looked_at = {(rule_.check.__module__, type_) for rule_ in rules() for type_ in rule_.types}
    for hooks in vars(behavior).values():
        if isinstance(hooks, behavior.Hooks):
            looked_at |= {(hook.__module__, type_) for type_, hook in hooks.by_type.items()}
    for module, type_ in looked_at:
        service = catalog.services()[module.split(".")[2]]
        assert service.knows(type_.removesuffix("*")), (module, type_)


def test_rules_of_a_type_are_a_selection_of_all_in_their_order() -> None:
    for type_ in ("google_sql_user", "google_vpc_access_connector", "google_unknown"):
        assert tuple(rules(type_)) == tuple(rule_ for rule_ in rules() if rule_.covers(type_))


def test_only_the_services_of_a_type_are_loaded() -> None:
    code = (
        "import sys; from offline.services.catalog import load; load('google_pubsub_topic');"
        "sys.exit('offline.services.sql.rules' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_warnings_name_configurations_that_do_not_work() -> None:
    neg = ("google_compute_region_network_endpoint_group", NEG)
    silent = ("google_compute_backend_service", BACKEND | {"enable_cdn": False})
    secret = ("google_secret_manager_secret", SECRET)
    result = find_warnings(cloud_of((neg, silent, secret)), Quotas())
    assert [item.rsplit(": ", 1)[-1] for item in result] == [
        "404",
        "nothing is cached",
        "secret key has no version",
    ]
    version = ("google_secret_manager_secret_version", VERSION)
    service, grant = (SERVICE, RUN), (RUN_GRANT, INVOKER)
    assert "403" in find_warnings(cloud_of((neg, service)), Quotas())[0]
    backend = ("google_compute_backend_service", BACKEND)
    assert find_warnings(cloud_of((neg, backend, secret, version, service, grant)), Quotas()) == []


def test_warnings_add_up_quota_use_of_a_region() -> None:
    def service(name: str, region: str) -> tuple[str, dict[str, Any]]:
        template = {
            "scaling": [{"max_instance_count": 10}],
            "containers": [{"resources": [{"limits": {"cpu": "2", "memory": "4Gi"}}]}],
        }
        return SERVICE, {"id": name, "name": name, "location": region, "template": [template]}

    cloud = cloud_of((service("a", "us-east1"), service("b", "us-east1"), service("c", "us-west1")))
    assert find_warnings(cloud, Quotas({"run_cpu": 40, "run_memory_gib": 80})) == []
    [cpu] = find_warnings(cloud, Quotas({"run_cpu": 39}))
    assert "acme-test in us-east1 use 40 of quota run_cpu, whose limit is 39" in cpu
    [memory] = find_warnings(cloud, Quotas({"run_memory_gib": 79}))
    assert "80 of quota run_memory_gib" in memory
