"""Binary Authorization of Cloud Run."""

from functools import cache

from tests.template import Template
from tests.unit.parts import platform

ATTESTOR = "projects/security-example/attestors/built"
RUN = ("google_cloud_run_v2_service", "google_cloud_run_v2_job")


@cache
def _platform(*, enforced: bool = False) -> Template:
    config = {
        "attestors": [ATTESTOR],
        "exempt_images": ["us-docker.pkg.dev/tools/*"],
        "enforced": enforced,
    }
    return platform("dev", {"binary_authorization": config})


def test_policy_asks_for_every_attestor() -> None:
    rule = _platform().one("google_binary_authorization_policy")["default_admission_rule"]
    assert rule["evaluation_mode"] == "REQUIRE_ATTESTATION"
    assert rule["require_attestations_by"] == [ATTESTOR]


def test_policy_is_a_dry_run_until_it_is_enforced() -> None:
    modes = [
        _platform(enforced=enforced).one("google_binary_authorization_policy")[
            "default_admission_rule"
        ]["enforcement_mode"]
        for enforced in (False, True)
    ]
    assert modes == ["DRYRUN_AUDIT_LOG_ONLY", "ENFORCED_BLOCK_AND_AUDIT_LOG"]


def test_images_that_terraform_starts_with_are_exempt() -> None:
    policy = _platform().one("google_binary_authorization_policy")
    exempt = {one["name_pattern"] for one in policy["admission_whitelist_patterns"]}
    started = {
        container["image"]
        for type_ in RUN
        for one in _platform().of(type_).values()
        for container in one["template"].get("template", one["template"])["containers"]
    }
    assert exempt == started | {"us-docker.pkg.dev/tools/*"}


def test_every_service_and_job_uses_the_policy_only_where_there_is_one() -> None:
    for template, expected in ((_platform(), {"use_default": True}), (platform("dev"), None)):
        for type_ in RUN:
            for one in template.of(type_).values():
                assert one.get("binary_authorization") == expected
