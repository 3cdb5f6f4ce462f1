"""Scheduled backups: the export's workflow, who may do what, and the copy of the app data."""

import base64
from typing import Any

import pytest

from environments.schema import ScheduledBackupsConfig
from tests.template import Template
from tests.unit.parts import CENTRAL, platform

OTHER = {
    "backups": {
        "schedule": "5 1,13 * * *",
        "time_zone": "Europe/Berlin",
        "timeout_minutes": 45,
        "app_data_hour": 22,
    },
    "storage.backups": {"location": "US", "retention_days": 12, "expire_days": 20},
}
"""Everything that the file may say otherwise."""
WORKFLOW, JOB = "google_workflows_workflow", "google_cloud_scheduler_job"
ACCOUNT = "${google_service_account.export"


def _workflow(template: Template | None = None) -> Any:
    return (template or platform("prod")).one(WORKFLOW)


def _job(template: Template | None = None) -> Any:
    return (template or platform("prod")).one(JOB)


def test_environment_has_no_backup_resources_without_the_backups_section() -> None:
    template = platform("dev")
    for type_ in (WORKFLOW, JOB, "google_storage_transfer_job"):
        assert template.of(type_) == {}
    assert "backups" not in template.outputs
    apis = set(template.of("google_project_service"))
    assert not {"workflows", "workflowexecutions", "cloudscheduler", "storagetransfer"} & apis


# The export


def test_workflow_variables_name_database_bucket_and_timeout() -> None:
    assert _workflow()["user_env_vars"] == {
        "INSTANCE": "${google_sql_database_instance.main.name}",
        "DATABASE": "grid",
        "BUCKET": "${google_storage_bucket.backups.name}",
        "TIMEOUT_SECONDS": "21600",
    }


def test_workflow_expressions_are_escaped_for_terraform() -> None:
    source = _workflow()["source_contents"]
    assert "$${sys.get_env(" in source
    assert source.count("${") == source.count("$${")


def test_workflow_runs_as_the_export_account() -> None:
    assert _workflow()["service_account"] == f"{ACCOUNT}.id}}"


def test_workflow_depends_on_its_apis_and_the_grants_of_its_account() -> None:
    assert set(_workflow()["depends_on"]) == {
        "google_project_service.cloudscheduler",
        "google_project_service.workflowexecutions",
        "google_project_service.workflows",
        "google_project_iam_member.export_sql_export",
        "google_project_iam_member.export_workflows_invoker",
        "google_project_iam_member.export_logging_log_writer",
        "google_storage_bucket_iam_member.export_object_creator",
        "google_storage_bucket_iam_member.export_object_viewer",
    }


def test_workflow_logs_failed_calls() -> None:
    assert _workflow()["call_log_level"] == "LOG_ERRORS_ONLY"


@pytest.mark.parametrize("protect", [True, False])
def test_workflow_is_protected_when_configured(protect: bool) -> None:
    template = platform("prod", {"protect": protect})
    assert _workflow(template)["deletion_protection"] is protect


def test_export_account_can_export_and_create_objects_only() -> None:
    template = platform("prod")
    project = template.of("google_project_iam_member").values()
    bucket = template.of("google_storage_bucket_iam_member").values()
    member = f"{ACCOUNT}.member}}"
    assert {one["role"] for one in project if one["member"] == member} == {
        "projects/grid-prod-example/roles/grid_prod_sql_export",
        "roles/logging.logWriter",
        "roles/workflows.invoker",
    }
    mine = [one for one in bucket if one["member"] == member]
    assert {one["role"] for one in mine} == {
        "roles/storage.objectCreator",
        "roles/storage.objectViewer",
    }
    assert {one["bucket"] for one in mine} == {"${google_storage_bucket.backups.name}"}


def test_schedule_is_the_configured_one() -> None:
    default = ScheduledBackupsConfig()
    assert (_job()["schedule"], _job()["time_zone"]) == (default.schedule, default.time_zone)
    other = platform("prod", OTHER)
    assert (_job(other)["schedule"], _job(other)["time_zone"]) == ("5 1,13 * * *", "Europe/Berlin")
    assert _workflow(other)["user_env_vars"]["TIMEOUT_SECONDS"] == "2700"


def test_scheduler_job_starts_the_workflow_as_the_export_account() -> None:
    target = _job()["http_target"]
    id_ = "${google_workflows_workflow.database_export.id}"
    assert target["uri"] == f"https://workflowexecutions.googleapis.com/v1/{id_}/executions"
    assert target["http_method"] == "POST"
    assert base64.b64decode(target["body"]) == b"{}"
    assert target["oauth_token"] == {"service_account_email": f"{ACCOUNT}.email}}"}


def test_scheduler_job_and_workflow_run_in_the_primary_region() -> None:
    assert _job()["region"] == _workflow()["region"] == CENTRAL
    assert _job()["name"] == _workflow()["name"] == "grid-prod-database-export"


def test_scheduler_job_retries_a_failed_start() -> None:
    assert _job()["retry_config"] == {"retry_count": 3}


# The copy of the app data


def _transfer(template: Template | None = None) -> Any:
    return (template or platform("prod")).one("google_storage_transfer_job")


def _copy(template: Template | None = None) -> Any:
    return (template or platform("prod")).get("google_storage_bucket.app_data_copy")


def test_copy_bucket_is_versioned_without_a_retention_policy() -> None:
    spec = _transfer()["transfer_spec"]
    assert spec["gcs_data_source"]["bucket_name"] == "${google_storage_bucket.app_data.name}"
    assert spec["gcs_data_sink"]["bucket_name"] == "${google_storage_bucket.app_data_copy.name}"
    assert "retention_policy" not in _copy()
    assert _copy()["versioning"] == {"enabled": True}


def test_transfer_keeps_objects_that_were_deleted_in_the_source() -> None:
    options = _transfer()["transfer_spec"]["transfer_options"]
    assert options == {"overwrite_when": "DIFFERENT", "delete_objects_unique_in_sink": False}


def test_overwritten_copies_are_kept_for_the_retention_of_backups() -> None:
    [rule] = _copy(platform("prod", OTHER))["lifecycle_rule"]
    assert rule == {"action": {"type": "Delete"}, "condition": {"days_since_noncurrent_time": 12}}


def test_copy_bucket_is_private_and_in_the_location_of_backups() -> None:
    assert _copy()["location"] == "EU"
    assert _copy()["public_access_prevention"] == "enforced"
    assert _copy()["uniform_bucket_level_access"] is True
    assert _copy()["name"] == "grid-prod-example-app-data-copy"


def test_copy_bucket_has_prevent_destroy_only_when_protected() -> None:
    assert _copy()["lifecycle"] == {"prevent_destroy": True}
    unprotected = _copy(platform("prod", {"protect": False}))
    assert not unprotected.get("lifecycle", {}).get("prevent_destroy")
    assert _copy()["force_destroy"] is False


def test_transfer_runs_daily_at_the_configured_hour() -> None:
    schedule = _transfer(platform("prod", OTHER))["schedule"]
    assert schedule["start_time_of_day"] == {"hours": 22, "minutes": 0, "seconds": 0, "nanos": 0}
    # Without an end or an interval it repeats every 24 hours.
    assert set(schedule) == {"schedule_start_date", "start_time_of_day"}


def test_transfer_agent_can_read_the_source_and_write_the_copy() -> None:
    grants = platform("prod").of("google_storage_bucket_iam_member").values()
    agent = "${data.google_storage_transfer_project_service_account.transfer_agent.member}"
    given = {(grant["bucket"], grant["role"]) for grant in grants if grant["member"] == agent}
    source = "${google_storage_bucket.app_data.name}"
    copy = "${google_storage_bucket.app_data_copy.name}"
    assert given == {
        (source, "roles/storage.objectViewer"),
        (source, "roles/storage.legacyBucketReader"),
        (copy, "roles/storage.objectUser"),
        (copy, "roles/storage.legacyBucketReader"),
    }


def test_transfer_job_depends_on_the_grants_of_its_agent() -> None:
    waits = [one for one in _transfer()["depends_on"] if "iam_member" in one]
    assert len(waits) == 4


def test_backups_output_names_the_resources_of_backups() -> None:
    assert platform("prod").outputs["backups"] == {
        "bucket": "${google_storage_bucket.backups.name}",
        "prefix": "db/",
        "region": CENTRAL,
        "workflow": "${google_workflows_workflow.database_export.name}",
        "scheduler_job": "${google_cloud_scheduler_job.database_export.name}",
        "app_data_bucket": "${google_storage_bucket.app_data_copy.name}",
        "transfer_job": "${google_storage_transfer_job.app_data_copy.name}",
    }
