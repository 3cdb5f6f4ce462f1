"""Tests of waivers and of their file."""

import datetime as dt
from pathlib import Path

import pytest

from policy.waivers import Finding, Waiver, WaiverFileError, apply_waivers, load_waivers

TODAY = dt.date(2026, 11, 22)
REASON = "A reason that a reviewer can read and evaluate."
BUCKET = Finding("dev", "CKV_GCP_62", "google_storage_bucket.backups")


def make_waiver(
    check: str = "CKV_GCP_62", resource: str = "google_storage_bucket.*", environment: str = "*"
) -> Waiver:
    return Waiver(
        check=check, resource=resource, environment=environment, reason=REASON, date=TODAY
    )


def write(folder: Path, text: str) -> Path:
    file = folder / "waivers.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("waiver", "covers"),
    [
        (make_waiver(), True),
        (make_waiver(resource="google_storage_bucket.backups"), True),
        (make_waiver(resource="google_storage_bucket.app_data"), False),
        (make_waiver(resource="google_storage_bucket_iam_member.*"), False),
        (make_waiver(check="CKV_GCP_6"), False),
        (make_waiver(environment="dev"), True),
        (make_waiver(environment="prod"), False),
    ],
)
def test_covers_compares_check_resource_and_environment(waiver: Waiver, covers: bool) -> None:
    assert waiver.covers(BUCKET) is covers


def test_apply_waivers_keeps_finding_without_waiver() -> None:
    other = Finding("dev", "CKV_GCP_29", BUCKET.address)
    result = apply_waivers([other, BUCKET], [make_waiver()])
    assert result.failed == (other,)
    assert result.waived == ((make_waiver(), (BUCKET,)),)
    assert result.stale == ()


def test_apply_waivers_reports_unused_waiver() -> None:
    stale = make_waiver(check="CKV_GCP_29")
    assert apply_waivers([BUCKET], [make_waiver(), stale]).stale == (stale,)


def test_apply_waivers_reports_shadowed_waiver() -> None:
    narrow = make_waiver(resource="google_storage_bucket.backups")
    assert apply_waivers([BUCKET], [make_waiver(), narrow]).stale == (narrow,)


def test_load_waivers_reads_project_file() -> None:
    assert load_waivers()


COMPLETE = {
    "check": "CKV_GCP_62",
    "resource": "google_storage_bucket.*",
    "reason": REASON,
    "date": "2026-11-22",
}


@pytest.mark.parametrize("missing", COMPLETE)
def test_load_waivers_requires_every_key(missing: str, tmp_path: Path) -> None:
    lines = [f"  {key}: {value}" for key, value in COMPLETE.items() if key != missing]
    file = write(tmp_path, "-\n" + "\n".join(lines))
    with pytest.raises(WaiverFileError, match=rf"waivers\.yaml: 0\.{missing}: Field required"):
        load_waivers(file, today=TODAY)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("check", "CKV_GCP", "0.check"),
        ("check", "CKV_*", "0.check"),
        ("resource", "google_storage_bucket", "0.resource"),
        ("resource", '"*.*"', "0.resource"),
        ("reason", "because", "0.reason"),
        ("date", "yesterday", "0.date"),
        ("date", "2026-11-23", "in the future"),
        ("owner", "me", "0.owner"),
    ],
)
def test_load_waivers_rejects_invalid_value(
    key: str, value: str, message: str, tmp_path: Path
) -> None:
    lines = [f"  {name}: {text}" for name, text in (COMPLETE | {key: value}).items()]
    with pytest.raises(WaiverFileError, match=message.replace(".", r"\.")):
        load_waivers(write(tmp_path, "-\n" + "\n".join(lines)), today=TODAY)


def test_load_waivers_rejects_duplicate(tmp_path: Path) -> None:
    entry = "-\n" + "\n".join(f"  {name}: {text}" for name, text in COMPLETE.items()) + "\n"
    with pytest.raises(WaiverFileError, match="there twice"):
        load_waivers(write(tmp_path, entry + entry), today=TODAY)


def test_load_waivers_rejects_invalid_yaml(tmp_path: Path) -> None:
    with pytest.raises(WaiverFileError, match=r"waivers\.yaml"):
        load_waivers(write(tmp_path, "- {"))
