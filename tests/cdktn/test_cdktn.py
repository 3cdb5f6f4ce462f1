"""The comparison of CDKTF's and CDK Terrain's JSON."""

import pytest

from tests.cdktn.__main__ import compare, renamed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from cdktf import App", "from cdktn import App"),
        ("import cdktf\nx = cdktf.Fn.join", "import cdktn\nx = cdktn.Fn.join"),
        (
            "from cdktf_cdktf_provider_google.dns_policy import DnsPolicy",
            "from cdktn_provider_google.dns_policy import DnsPolicy",
        ),
        ('path = "cdktf.out"', 'path = "cdktf.out"'),
    ],
)
def test_renamed_changes_imports_only(before: str, after: str) -> None:
    assert renamed(before) == after


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
