"""Resources that Google or the provider accepts, although a rule comes close to them.

Each was seen in a public module or issue; a rule rejected it once.
"""

from typing import Any

import pytest
from resources import CONNECTOR, NETWORK, REPLICA, SQL
from rule_cases import RuleCase, changed, evaluate
from test_planning import Bench
from test_rules_sql import BACKUP, CONNECTED, SQL_TYPE, S

from offline.protocol.values import conform
from offline.provider_facts import validate
from offline.provider_facts.ids import project_number

OBJECT = "google_storage_bucket_object"
NEG = "google_compute_region_network_endpoint_group"
NET = "google_compute_network"


def _accepted(type_: str, good: dict[str, Any], change: dict[str, Any], cloud: Any = ()) -> bool:
    case = RuleCase("", type_, good, change, "", cloud=cloud)
    return evaluate(case, bad=True) is None


@pytest.mark.parametrize(
    ("given", "is_valid"),
    [
        ({"source": "main.tf"}, True),
        ({"content": "text"}, True),
        ({}, False),
        ({"source": "main.tf", "content": "text"}, False),
    ],
)
def test_attribute_counts_in_its_own_group(given: dict[str, str], is_valid: bool) -> None:
    """The provider's `source` names `content` alone in ExactlyOneOf."""
    problems = validate(OBJECT, {"bucket": "b", "name": "o", **given})
    assert (not problems) is is_valid


@pytest.mark.parametrize(
    "change",
    [
        {f"{BACKUP}.point_in_time_recovery_enabled": False},
        {f"{S}.backup_configuration": []},
        {"database_version": "POSTGRES_16", f"{BACKUP}.point_in_time_recovery_enabled": None},
    ],
)
def test_regional_postgresql_needs_no_recovery(change: dict[str, Any]) -> None:
    assert _accepted(SQL_TYPE, SQL, change, CONNECTED)


@pytest.mark.parametrize("engine", ["POSTGRES_15", "MYSQL_8_0"])
def test_replica_of_a_replica_needs_no_backups(engine: str) -> None:
    logs = {f"{BACKUP}.enabled": False, f"{BACKUP}.binary_log_enabled": True}
    primary = changed(SQL, {"database_version": engine, f"{BACKUP}.binary_log_enabled": True})
    first = changed(primary, {"name": "first", "master_instance_name": "db", **logs})
    own = {"database_version": engine, "name": "second", "master_instance_name": "first"}
    cloud = (*CONNECTED, (SQL_TYPE, primary), (SQL_TYPE, first))
    assert _accepted(SQL_TYPE, REPLICA, own, cloud)


@pytest.mark.parametrize("service", ["us-central1-cloudkms.googleapis.com", "all-apis"])
def test_endpoint_group_of_a_google_api_needs_no_subnet(service: str) -> None:
    group = {
        "name": "n",
        "region": "us-central1",
        "network_endpoint_type": "PRIVATE_SERVICE_CONNECT",
    }
    assert _accepted(NEG, group, {"psc_target_service": service})


@pytest.mark.parametrize("api", ["dataproc", "container", "alloydb", "composer", "dataflow"])
def test_api_can_enable_others(api: str) -> None:
    enabled = {"service": f"{api}.googleapis.com"}
    assert _accepted(NET, NETWORK, {}, (("google_project_service", enabled),))


def test_instances_of_a_connector_that_are_not_sent_are_the_defaults() -> None:
    """The state has zeros where throughput is configured, and the provider sends no zero."""
    zeros = {"min_instances": 0, "max_instances": 0, "min_throughput": 300}
    network = ((NET, NETWORK),)
    assert _accepted("google_vpc_access_connector", CONNECTOR, zeros, network)


def test_project_level_grant_lets_a_transfer_see_its_buckets() -> None:
    agent = (
        f"project-{project_number('acme-test')}@storage-transfer-service.iam.gserviceaccount.com"
    )
    grant = {"role": "roles/storage.admin", "member": f"serviceAccount:{agent}"}
    spec = {"gcs_data_source": [{"bucket_name": "b"}], "gcs_data_sink": [{"bucket_name": "b"}]}
    bucket = ("google_storage_bucket", {"name": "b", "id": "b"})
    job: tuple[str, dict[str, Any], dict[str, Any]] = (
        "google_storage_transfer_job",
        {"transfer_spec": [spec]},
        {},
    )
    assert _accepted(*job, (bucket, ("google_project_iam_member", grant)))
    assert not _accepted(*job, (bucket,))


@pytest.mark.parametrize(
    ("type_", "config"),
    [
        ("google_logging_billing_account_sink", {"billing_account": "0-0-0"}),
        ("google_logging_organization_sink", {"org_id": "1"}),
        ("google_logging_folder_sink", {"folder": "folders/1"}),
    ],
)
def test_identity_that_google_made_can_be_granted_a_role(
    type_: str, config: dict[str, str]
) -> None:
    """A sink's writer_identity goes into `member` as it is."""
    bench = Bench(type_, "google_project_iam_member")
    sink = {"name": "s", "destination": "storage.googleapis.com/b", **config}
    member = bench.apply(type_, sink)["writer_identity"]
    grant = {"project": "p", "role": "roles/viewer", "member": member}
    whole = conform(bench.google.schemas.resources["google_project_iam_member"], grant)
    assert bench.google.validate("google_project_iam_member", whole) == []


@pytest.mark.parametrize("tier", ["db-custom-N4-2-8192", "db-custom-2-8192", "db-f1-micro"])
def test_machine_series_of_the_enterprise_edition_are_tiers(tier: str) -> None:
    """Page "Machine series overview" of Cloud SQL: shared and dedicated core, and N4."""
    change = {f"{S}.tier": tier, f"{S}.edition": "ENTERPRISE"}
    assert _accepted(SQL_TYPE, SQL, change, CONNECTED)


def test_identity_of_a_cluster_can_be_granted_a_role() -> None:
    """Page "Principal identifiers": the pool of GKE is no resource that a project creates."""
    pool = f"projects/{project_number('p')}/locations/global/workloadIdentityPools/p.svc.id.goog"
    member = f"principal://iam.googleapis.com/{pool}/subject/ns/n/sa/a"
    grant = {"project": "p", "role": "roles/viewer", "member": member}
    assert _accepted("google_project_iam_member", grant, {})
    assert not _accepted(
        "google_project_iam_member", grant, {"member": member.replace("p.svc", "p.", 1)}
    )
