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
        ("ProjectNumberDiffSuppress", "projects/12/x", "projects/p/x", True),
        ("ProjectNumberDiffSuppress", "projects/q/x", "projects/p/x", False),
        ("CompareCryptoKeyVersions", "k/cryptoKeyVersions/1", "k", True),
        ("CidrOrSizeDiffSuppress", "10.0.0.0/14", "/14", True),
        ("InternalIpDiffSuppress", "203.0.113.1", "projects/p/global/addresses/a", True),
        ("InternalIpDiffSuppress", "203.0.113.1", "203.0.113.2", False),
        ("InternalIpDiffSuppress", "a", "b", False),
        ("IpCidrRangeDiffSuppress", "10.0.0.0/24", "/25", False),
        ("Base64DiffSuppress", "ab+/==", "ab-_", True),
        ("comparePubsubSubscriptionExpirationPolicy", "86400s", "86400.0s", False),
        ("comparePubsubSubscriptionExpirationPolicy", "86400.5s", "86400.50s", True),
        ("CompareIpAddressOrSelfLinkOrResourceName", "10.0.0.1", "10.0.0.2", False),
        ("CompareIpAddressOrSelfLinkOrResourceName", "projects/p/x", "x", True),
        ("suppressOmittedMaxDuration", "", "0s", True),
        ("DisksForceAttachDiffSuppress", "", False, True),
        ("notModelled", "a", "A", False),
        (None, "a", "b", False),
    ],
)
def test_diff_suppress_functions(
    function: str | None, old: str, new: object, *, equal: bool
) -> None:
    assert is_suppressed(function, old, new) is equal
