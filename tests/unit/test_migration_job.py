"""The migration job: its own account, the schema owner's URL, one try."""

from typing import Any

import pytest

from tests.template import Template
from tests.unit.parts import (
    CENTRAL,
    ENVIRONMENT_NAMES,
    OTHER_DEV,
    OTHER_PROD,
    container,
    needs,
    platform,
    variables,
)

ADDRESS = "google_cloud_run_v2_job.migrate"


def _job(template: Template | None = None) -> Any:
    return (template or platform("prod")).get(ADDRESS)


def _task(template: Template | None = None) -> Any:
    return _job(template)["template"]["template"]


def test_migration_job_has_no_retries() -> None:
    assert _task()["max_retries"] == 0


def test_migration_job_has_one_task() -> None:
    assert _job()["template"]["task_count"] == 1
    assert "parallelism" not in _job()["template"]


def test_migration_job_runs_as_its_own_account() -> None:
    template = platform("prod")
    assert _task()["service_account"] == "${google_service_account.migrate.email}"
    services = template.of("google_cloud_run_v2_service").values()
    accounts = {service["template"]["service_account"] for service in services}
    assert _task()["service_account"] not in accounts


def test_migration_job_connects_as_the_schema_owner() -> None:
    url = variables(_job())["DATABASE_URL"]
    assert url == {
        "secret": "${google_secret_manager_secret.db_migration_connection.secret_id}",
        "version": "${google_secret_manager_secret_version.db_migration_connection.version}",
    }


def test_migration_account_reads_only_its_connection_url() -> None:
    grants = platform("prod").of("google_secret_manager_secret_iam_member")
    member = "${google_service_account.migrate.member}"
    secrets = [grant["secret_id"] for grant in grants.values() if grant["member"] == member]
    assert secrets == ["${google_secret_manager_secret.db_migration_connection.secret_id}"]


def test_no_service_can_read_the_migration_url() -> None:
    grants = platform("prod").of("google_secret_manager_secret_iam_member")
    readers = {grant["member"] for grant in grants.values() if "db_migration" in grant["secret_id"]}
    assert readers == {"${google_service_account.migrate.member}"}


def test_job_can_verify_the_certificate_of_the_database() -> None:
    given = {one["name"]: one.get("value") for one in container(_job())["env"]}
    expected = '${join("\\n", google_sql_database_instance.main.server_ca_cert[*].cert)}'
    assert given["DATABASE_CA_CERTS"] == expected


def test_migration_job_has_the_name_of_the_application_user() -> None:
    given = {one["name"]: one.get("value") for one in container(_job())["env"]}
    assert given["DATABASE_APP_USER"] == platform("prod").get("google_sql_user.app_user")["name"]


def test_job_can_connect_to_the_database() -> None:
    grants = platform("prod").of("google_project_iam_member").values()
    member = "${google_service_account.migrate.member}"
    assert "roles/cloudsql.client" in {
        grant["role"] for grant in grants if grant["member"] == member
    }


def test_migration_job_runs_in_the_primary_region() -> None:
    database = platform("prod").get("google_sql_database_instance.main")
    assert _job()["location"] == database["region"] == CENTRAL


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_migration_job_has_the_common_variables_of_services(name: str) -> None:
    template = platform(name)
    service = variables(template.get("google_cloud_run_v2_service.api_service_us_central1"))
    job = variables(_job(template))
    shared = ("APP_ENV", "GCP_PROJECT", "GOOGLE_CLOUD_PROJECT", "NODE_ENV")
    assert [job[key] for key in shared] == [service[key] for key in shared]
    assert job["NODE_ENV"] in {"development", "production"}


def test_terraform_ignores_the_image_of_the_job() -> None:
    assert _job()["lifecycle"]["ignore_changes"] == [
        "annotations",
        "client",
        "client_version",
        "template[0].annotations",
        "template[0].template[0].containers[0].image",
    ]


def test_migration_job_is_configured() -> None:
    template = platform("prod", OTHER_PROD)
    resources = container(_job(template))["resources"]
    assert resources["limits"] == {"cpu": "2", "memory": "2Gi"}
    assert container(_job(template))["image"] == "ours"
    assert _task(template)["timeout"] == "600s"


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_job_is_protected_when_configured(name: str) -> None:
    assert _job(platform(name))["deletion_protection"] is (name == "prod")


def test_job_depends_on_its_api_and_for_every_grant_of_its_account() -> None:
    template = platform("prod")
    member = "${google_service_account.migrate.member}"
    grants = {
        address
        for address, resource in template.resources.items()
        if resource.get("member") == member
    }
    assert {"google_project_service.run", *grants} == set(_job()["depends_on"])
    assert len(grants) == 5


def test_migration_job_depends_on_the_secret_version_of_its_url() -> None:
    version = "google_secret_manager_secret_version.db_migration_connection"
    assert version in needs(platform("prod"), ADDRESS)


def test_migration_job_is_missing_without_its_section() -> None:
    template = platform("dev", OTHER_DEV)
    assert set(template.of("google_cloud_run_v2_job")) == {"smoke_us_central1"}
    assert "migrate" not in template.of("google_service_account")
    assert "migration_job" not in template.outputs
