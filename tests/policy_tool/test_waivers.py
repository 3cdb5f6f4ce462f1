"""Waivers: what they cover, and what a file of them must say."""

import datetime as dt
from pathlib import Path

import pytest

from policy import waivers
from policy.waivers import Finding, Waiver, WaiverFileError

TODAY = dt.date(2026, 11, 22)
REASON = "A reason that somebody can read and judge."
BUCKET = Finding("dev", "CKV_GCP_62", "google_storage_bucket.backups")


def waiver(
    check: str = "CKV_GCP_62", resource: str = "google_storage_bucket.*", environment: str = "*"
) -> Waiver:
    return Waiver(
        check=check, resource=resource, environment=environment, reason=REASON, date=TODAY
    )


def written(folder: Path, text: str) -> Path:
    file = folder / "waivers.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("one", "covers"),
    [
        (waiver(), True),
        (waiver(resource="google_storage_bucket.backups"), True),
        (waiver(resource="google_storage_bucket.app_data"), False),
        (waiver(resource="google_storage_bucket_iam_member.*"), False),
        (waiver(check="CKV_GCP_6"), False),
        (waiver(environment="dev"), True),
        (waiver(environment="prod"), False),
    ],
)
def test_covers(one: Waiver, covers: bool) -> None:
    assert one.covers(BUCKET) is covers


def test_a_finding_without_a_waiver_stays() -> None:
    other = Finding("dev", "CKV_GCP_29", BUCKET.address)
    result = waivers.sort([other, BUCKET], [waiver()])
    assert result.failed == (other,)
    assert result.waived == ((waiver(), (BUCKET,)),)
    assert result.stale == ()


def test_a_waiver_that_covers_nothing_is_stale() -> None:
    stale = waiver(check="CKV_GCP_29")
    assert waivers.sort([BUCKET], [waiver(), stale]).stale == (stale,)


def test_a_waiver_behind_one_that_covers_the_same_is_stale() -> None:
    narrow = waiver(resource="google_storage_bucket.backups")
    assert waivers.sort([BUCKET], [waiver(), narrow]).stale == (narrow,)


def test_the_file_of_the_project_is_right() -> None:
    assert waivers.load()


COMPLETE = {
    "check": "CKV_GCP_62",
    "resource": "google_storage_bucket.*",
    "reason": REASON,
    "date": "2026-11-22",
}


@pytest.mark.parametrize("missing", COMPLETE)
def test_a_waiver_needs_all_of_it(missing: str, tmp_path: Path) -> None:
    lines = [f"  {key}: {value}" for key, value in COMPLETE.items() if key != missing]
    file = written(tmp_path, "-\n" + "\n".join(lines))
    with pytest.raises(WaiverFileError, match=rf"waivers\.yaml: 0\.{missing}: Field required"):
        waivers.load(file, today=TODAY)


@pytest.mark.parametrize(
    ("key", "value", "said"),
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
def test_a_wrong_waiver_is_refused(key: str, value: str, said: str, tmp_path: Path) -> None:
    lines = [f"  {name}: {text}" for name, text in (COMPLETE | {key: value}).items()]
    with pytest.raises(WaiverFileError, match=said.replace(".", r"\.")):
        waivers.load(written(tmp_path, "-\n" + "\n".join(lines)), today=TODAY)


def test_the_same_waiver_twice_is_refused(tmp_path: Path) -> None:
    one = "-\n" + "\n".join(f"  {name}: {text}" for name, text in COMPLETE.items()) + "\n"
    with pytest.raises(WaiverFileError, match="there twice"):
        waivers.load(written(tmp_path, one + one), today=TODAY)


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WaiverFileError, match=r"waivers\.yaml"):
        waivers.load(written(tmp_path, "- {"))
