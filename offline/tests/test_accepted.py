"""Resources that Google or the provider accepts, although a rule comes close to them.

Each was seen in a public module or issue; a rule rejected it once.
"""

from typing import Any

import pytest
from resources import NETWORK, SQL
from rule_cases import RuleCase, evaluate
from test_rules_sql import BACKUP, CONNECTED, SQL_TYPE, S

from offline.provider_facts import validate

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
