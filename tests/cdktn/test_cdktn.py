"""The comparison of CDKTF's and CDK Terrain's JSON."""

from pathlib import Path

import pytest

import tests.cdktn.__main__ as check
from tests.cdktn.__main__ import CODE, SettingError, compare, copy_code
from tests.template import ROOT


def test_copy_differs_in_one_line(tmp_path: Path) -> None:
    copy_code(tmp_path)
    changes = [
        line
        for file in tmp_path.rglob("*.py")
        for line in set(file.read_text("utf-8").splitlines())
        ^ set((ROOT / file.relative_to(tmp_path)).read_text("utf-8").splitlines())
    ]
    assert sorted(changes) == ['CDK = "cdktf"', 'CDK = "cdktn"']
    assert {entry.name for entry in tmp_path.iterdir()} == {*CODE, "main.py", "cdktf.json"}


def test_copy_fails_when_the_setting_is_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(check, "_SETTING", 'CDK = "another"')
    with pytest.raises(SettingError, match=r'packages\.py does not contain the line CDK = "an'):
        copy_code(tmp_path)


def test_compare_reports_each_path_that_differs() -> None:
    ours = {"resource": {"a": [{"x": 1}, {"y": 2}]}, "output": {"o": 1}}
    theirs = {"resource": {"a": [{"x": 1}, {"y": 3}]}}
    assert compare(ours, theirs) == ["output: {'o': 1}, None", "resource.a[1].y: 2, 3"]


def test_compare_accepts_other_versions_of_core_and_random() -> None:
    def document(version: str) -> dict[str, object]:
        random = {"random": {"version": version}}
        return {
            "//": {"metadata": {"version": version}},
            "terraform": {"required_providers": random},
        }

    assert compare(document("1"), document("2")) == []
