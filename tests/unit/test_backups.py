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


def test_only_an_environment_that_asks_for_backups_has_them() -> None:
    template = platform("dev")
    for type_ in (WORKFLOW, JOB, "google_storage_transfer_job"):
        assert template.of(type_) == {}
    assert "backups" not in template.outputs
    apis = set(template.of("google_project_service"))
    assert not {"workflows", "workflowexecutions", "cloudscheduler", "storagetransfer"} & apis


# The export


def test_the_workflow_knows_what_to_export_and_where_to() -> None:
    assert _workflow()["user_env_vars"] == {
        "INSTANCE": "${google_sql_database_instance.main.name}",
        "DATABASE": "grid",
        "BUCKET": "${google_storage_bucket.backups.name}",
        "TIMEOUT_SECONDS": "21600",
    }


def test_expressions_of_the_workflow_are_none_of_terraforms() -> None:
    source = _workflow()["source_contents"]
    assert "$${sys.get_env(" in source
    assert source.count("${") == source.count("$${")


def test_the_workflow_runs_as_the_account_for_exports() -> None:
    assert _workflow()["service_account"] == f"{ACCOUNT}.id}}"


def test_the_workflow_waits_for_what_its_account_may_do() -> None:
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


def test_failures_are_in_the_log() -> None:
    assert _workflow()["call_log_level"] == "LOG_ERRORS_ONLY"


@pytest.mark.parametrize("protect", [True, False])
def test_the_workflow_is_protected_where_the_file_says_so(protect: bool) -> None:
    template = platform("prod", {"protect": protect})
    assert _workflow(template)["deletion_protection"] is protect


def test_the_account_may_export_and_add_and_not_delete() -> None:
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


def test_the_schedule_is_that_of_the_file() -> None:
    default = ScheduledBackupsConfig()
    assert (_job()["schedule"], _job()["time_zone"]) == (default.schedule, default.time_zone)
    other = platform("prod", OTHER)
    assert (_job(other)["schedule"], _job(other)["time_zone"]) == ("5 1,13 * * *", "Europe/Berlin")
    assert _workflow(other)["user_env_vars"]["TIMEOUT_SECONDS"] == "2700"


def test_the_job_starts_the_workflow_as_the_account_for_exports() -> None:
    target = _job()["http_target"]
    id_ = "${google_workflows_workflow.database_export.id}"
    assert target["uri"] == f"https://workflowexecutions.googleapis.com/v1/{id_}/executions"
    assert target["http_method"] == "POST"
    assert base64.b64decode(target["body"]) == b"{}"
    assert target["oauth_token"] == {"service_account_email": f"{ACCOUNT}.email}}"}


def test_job_and_workflow_are_beside_the_database() -> None:
    assert _job()["region"] == _workflow()["region"] == CENTRAL
    assert _job()["name"] == _workflow()["name"] == "grid-prod-database-export"


def test_a_start_that_fails_is_tried_again() -> None:
    assert _job()["retry_config"] == {"retry_count": 3}


# The copy of the app data


def _transfer(template: Template | None = None) -> Any:
    return (template or platform("prod")).one("google_storage_transfer_job")


def _copy(template: Template | None = None) -> Any:
    return (template or platform("prod")).get("google_storage_bucket.app_data_copy")


def test_app_data_are_copied_to_a_bucket_that_lets_them_change() -> None:
    spec = _transfer()["transfer_spec"]
    assert spec["gcs_data_source"]["bucket_name"] == "${google_storage_bucket.app_data.name}"
    assert spec["gcs_data_sink"]["bucket_name"] == "${google_storage_bucket.app_data_copy.name}"
    assert "retention_policy" not in _copy()
    assert _copy()["versioning"] == {"enabled": True}


def test_a_file_that_the_source_lost_stays_in_the_copy() -> None:
    options = _transfer()["transfer_spec"]["transfer_options"]
    assert options == {"overwrite_when": "DIFFERENT", "delete_objects_unique_in_sink": False}


def test_an_overwritten_copy_stays_for_as_long_as_an_export() -> None:
    [rule] = _copy(platform("prod", OTHER))["lifecycle_rule"]
    assert rule == {"action": {"type": "Delete"}, "condition": {"days_since_noncurrent_time": 12}}


def test_the_copy_is_private_and_elsewhere() -> None:
    assert _copy()["location"] == "EU"
    assert _copy()["public_access_prevention"] == "enforced"
    assert _copy()["uniform_bucket_level_access"] is True
    assert _copy()["name"] == "grid-prod-example-app-data-copy"


def test_a_plan_destroys_the_copy_only_where_nothing_is_protected() -> None:
    assert _copy()["lifecycle"] == {"prevent_destroy": True}
    unprotected = _copy(platform("prod", {"protect": False}))
    assert not unprotected.get("lifecycle", {}).get("prevent_destroy")
    assert _copy()["force_destroy"] is False


def test_the_copy_is_made_every_day_at_the_hour_of_the_file() -> None:
    schedule = _transfer(platform("prod", OTHER))["schedule"]
    assert schedule["start_time_of_day"] == {"hours": 22, "minutes": 0, "seconds": 0, "nanos": 0}
    # Without an end or an interval it repeats every 24 hours.
    assert set(schedule) == {"schedule_start_date", "start_time_of_day"}


def test_the_agent_may_read_one_bucket_and_write_the_other() -> None:
    grants = platform("prod").of("google_storage_bucket_iam_member").values()
    agent = "${data.google_storage_transfer_project_service_account.transfer_agent.member}"
    given = {(one["bucket"], one["role"]) for one in grants if one["member"] == agent}
    source = "${google_storage_bucket.app_data.name}"
    copy = "${google_storage_bucket.app_data_copy.name}"
    assert given == {
        (source, "roles/storage.objectViewer"),
        (source, "roles/storage.legacyBucketReader"),
        (copy, "roles/storage.objectUser"),
        (copy, "roles/storage.legacyBucketReader"),
    }


def test_the_transfer_waits_for_what_its_agent_may_do() -> None:
    waits = [one for one in _transfer()["depends_on"] if "iam_member" in one]
    assert len(waits) == 4


def test_operators_find_the_backups_in_the_outputs() -> None:
    assert platform("prod").outputs["backups"] == {
        "bucket": "${google_storage_bucket.backups.name}",
        "prefix": "db/",
        "region": CENTRAL,
        "workflow": "${google_workflows_workflow.database_export.name}",
        "scheduler_job": "${google_cloud_scheduler_job.database_export.name}",
        "app_data_bucket": "${google_storage_bucket.app_data_copy.name}",
        "transfer_job": "${google_storage_transfer_job.app_data_copy.name}",
    }
