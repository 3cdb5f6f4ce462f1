"""The provider's functions in the genuine Terraform core.

Results and errors were recorded from google 6.50.0 and google-beta 6.50.0 with Terraform 1.11.4 on
2026-11-27.
"""

import json
from pathlib import Path

from offline.terraform.session import Offline

REQUIRED = """
terraform {
  required_providers {
    google      = { source = "hashicorp/google" }
    google-beta = { source = "hashicorp/google-beta" }
  }
}
"""
COMPUTE = "https://www.googleapis.com/compute/v1/projects/p-1/zones/us-central1-c/instances/vm"
RESULTS = {
    'location_from_id("projects/p-1/locations/us/services/s")': "us",
    'name_from_id("//gkehub.googleapis.com/projects/p-1/locations/us/memberships/m")': "m",
    'project_from_id("projects/a/x/projects/b/y")': "a",
    'region_from_id("projects/p-1/regions/europe-west1/subnetworks/a")': "europe-west1",
    'region_from_zone("us-central1-c")': "us-central1",
    f'zone_from_id("{COMPUTE}")': "us-central1-c",
}
"""Calls with the results of the provider."""

PATTERN = 'The input string "{}" doesn\'t contain the expected pattern "{}".'
ERRORS = {
    'location_from_id("projects/p/regions/r/x")': (
        "id",
        PATTERN.format("projects/p/regions/r/x", "locations/{location}/"),
    ),
    'name_from_id("vm")': ("id", PATTERN.format("vm", "resourceType/{name}$")),
    'project_from_id("p")': ("id", PATTERN.format("p", "projects/{project}/")),
    'region_from_id("regions/r")': ("id", PATTERN.format("regions/r", "regions/{region}/")),
    'region_from_zone("")': ("zone", "The input string cannot be empty."),
    'region_from_zone("us-central1")': (
        "zone",
        'The input string "us-central1" is not a valid zone name.',
    ),
    'zone_from_id("")': ("id", PATTERN.format("", "zones/{zone}/")),
    "zone_from_id(null)": ("id", "argument must not be null"),
}
"""Calls with the parameter and the provider's error."""


def outputs(provider: str, calls: dict[str, str]) -> str:
    lines = (f"  o{at} = provider::{provider}::{call}" for at, call in enumerate(calls))
    return 'output "all" { value = {\n' + "\n".join(lines) + "\n} }\n"


def test_functions_return_what_the_provider_returns(tmp_path: Path) -> None:
    calls = dict.fromkeys(RESULTS, "")
    text = outputs("google", calls) + outputs("google-beta", calls).replace('"all"', '"beta"')
    (tmp_path / "main.tf").write_text(REQUIRED + text)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        offline.terraform("apply", "-auto-approve", chdir=tmp_path)
        values = json.loads(offline.terraform("output", "-json", chdir=tmp_path).stdout)
    expected = list(RESULTS.values())
    assert [list(values[name]["value"].values()) for name in ("all", "beta")] == [expected] * 2


def test_functions_reject_what_the_provider_rejects(tmp_path: Path) -> None:
    lines = (
        f'output "o{at}" {{ value = provider::google::{call} }}' for at, call in enumerate(ERRORS)
    )
    (tmp_path / "main.tf").write_text(REQUIRED + "\n".join(lines))
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        done = offline.terraform("validate", "-json", chdir=tmp_path, check=False)
    found = {
        item["range"]["start"]["line"]: item["detail"]
        for item in json.loads(done.stdout)["diagnostics"]
    }
    expected = [f'Invalid value for "{name}" parameter: {why}.' for name, why in ERRORS.values()]
    assert [found[line] for line in sorted(found)] == expected


def test_function_of_an_unknown_value_is_unknown(tmp_path: Path) -> None:
    text = """
resource "terraform_data" "late" { input = "projects/p/zones/z-a/x" }
output "zone" { value = provider::google::zone_from_id(terraform_data.late.output) }
"""
    (tmp_path / "main.tf").write_text(REQUIRED + text)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        planned = offline.terraform("plan", chdir=tmp_path).stdout
        offline.terraform("apply", "-auto-approve", chdir=tmp_path)
        assert offline.terraform("output", "zone", chdir=tmp_path).stdout.strip() == '"z-a"'
    assert "zone = (known after apply)" in " ".join(planned.split())
