"""Values that the provider treats as equal."""

import pytest

from offline.engine.diff_suppress import is_suppressed


@pytest.mark.parametrize(
    ("function", "old", "new", "equal"),
    [
        (
            "CompareSelfLinkRelativePaths",
            "https://x.com/compute/v1/projects/p/a",
            "projects/p/a",
            True,
        ),
        ("CompareSelfLinkOrResourceName", "projects/p/a", "projects/q/a", False),
        ("CaseDiffSuppress", "a", "A", True),
        ("iamMemberCaseDiffSuppress", "user:A@b.c", "user:a@b.c", True),
        ("iamMemberCaseDiffSuppress", "principal:A", "principal:a", False),
        ("EmptyOrDefaultStringSuppress(IPV4)", "", "IPV4", True),
        ("EmptyOrDefaultStringSuppress(IPV4)", "IPV6", "IPV4", False),
        ("durationDiffSuppress", "3600s", "1h", True),
        ("durationDiffSuppress", "x", "1h", False),
        ("notModelled", "a", "A", False),
        (None, "a", "b", False),
    ],
)
def test_diff_suppress_functions(function: str | None, old: str, new: str, *, equal: bool) -> None:
    assert is_suppressed(function, old, new) is equal
