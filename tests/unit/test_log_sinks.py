"""Sinks of log entries: the archive, and another project."""

from functools import cache

from constructs.monitoring import LogSinks

from environments.schema import LogArchiveConfig, LogsConfig, LogSinkConfig
from tests.template import Template, alone

ELSEWHERE = "logging.googleapis.com/projects/security/locations/global/buckets/audit"


@cache
def _template(config: LogsConfig) -> Template:
    return alone(lambda stack: LogSinks(stack, "sinks", config))


ARCHIVE = LogsConfig(archive=LogArchiveConfig(retention_days=500))


def test_there_is_no_sink_by_default() -> None:
    assert _template(LogsConfig()).of("google_logging_project_sink") == {}
    assert _template(LogsConfig()).of("google_storage_bucket") == {}


def test_archive_has_every_log_entry() -> None:
    sink = _template(ARCHIVE).get("google_logging_project_sink.archive")
    assert "filter" not in sink
    assert sink["destination"] == (
        "storage.googleapis.com/${google_storage_bucket.log_archive.name}"
    )


def test_writer_of_the_archive_can_only_add_objects() -> None:
    [grant] = _template(ARCHIVE).of("google_storage_bucket_iam_member").values()
    assert grant["role"] == "roles/storage.objectCreator"
    assert grant["member"] == "${google_logging_project_sink.archive.writer_identity}"


def test_archive_keeps_objects_and_deletes_them_after_the_retention() -> None:
    bucket = _template(ARCHIVE).one("google_storage_bucket")
    assert bucket["retention_policy"] == {"is_locked": False, "retention_period": 500 * 86400}
    [rule] = bucket["lifecycle_rule"]
    assert (rule["action"]["type"], rule["condition"]["age"]) == ("Delete", 500)
    assert bucket["public_access_prevention"] == "enforced"


def test_retention_is_locked_when_configured() -> None:
    config = LogsConfig(archive=LogArchiveConfig(locked=True))
    bucket = _template(config).one("google_storage_bucket")
    assert bucket["retention_policy"]["is_locked"] is True


def test_sink_to_another_project_has_its_own_identity() -> None:
    config = LogsConfig(sink=LogSinkConfig(destination=ELSEWHERE, filter="severity>=ERROR"))
    sink = _template(config).get("google_logging_project_sink.external")
    assert (sink["destination"], sink["filter"]) == (ELSEWHERE, "severity>=ERROR")
    assert sink["unique_writer_identity"] is True
