"""The provider's own arguments in the genuine Terraform core.

Findings were recorded from google 6.50.0 with Terraform 1.11.4 on 2026-11-27.
"""

import json
from pathlib import Path

from offline.terraform.session import Offline

REQUIRED = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
"""
READ = """
data "google_iam_policy" "%(alias)s" {
  %(provider)s
  binding {
    role    = "roles/viewer"
    members = ["user:a@example.com"]
  }
}
"""
ALL = """
provider "google" {
  project                               = "p-one-example"
  region                                = "europe-west1"
  zone                                  = "europe-west1-b"
  access_token                          = "t"
  impersonate_service_account           = "a@p.iam.gserviceaccount.com"
  impersonate_service_account_delegates = ["b@p.iam.gserviceaccount.com"]
  billing_project                       = "p"
  user_project_override                 = true
  scopes                                = ["https://www.googleapis.com/auth/cloud-platform"]
  universe_domain                       = "googleapis.com"
  request_timeout                       = "60s"
  request_reason                        = "why"
  add_terraform_attribution_label       = false
  default_labels                        = { team = "a" }
  compute_custom_endpoint               = "https://compute.example.com/v1/"
  terraform_attribution_label_addition_strategy = "PROACTIVE"
  batching {
    send_after      = "5s"
    enable_batching = false
  }
}
data "google_client_config" "it" {}
output "labels" { value = data.google_client_config.it.default_labels }
output "policy" { value = data.google_iam_policy.it.id }
"""
EMPTY = "expected a non-empty string"
REJECTED = {
    'project = ""': {(EMPTY, "project was set to ``"), (EMPTY, "")},
    'access_token = "x"\n  credentials = "{}"': {
        ("Conflicting configuration arguments", '"access_token": conflicts with credentials'),
        ("Conflicting configuration arguments", '"credentials": conflicts with access_token'),
        (
            "Invalid Attribute Combination",
            'Attribute "credentials" cannot be specified when "access_token" is specified',
        ),
        (
            "Invalid Attribute Combination",
            'Attribute "access_token" cannot be specified when "credentials" is specified',
        ),
    },
    'request_timeout = "5"': {
        ("expected 5 to be a duration", 'time: missing unit in duration "5"')
    },
    'batching { send_after = "x" }': {
        ("expected x to be a duration", 'time: invalid duration "x"'),
        (
            "expected batching.0.send_after to be a duration, but parsing gave an error: "
            'time: invalid duration "x"',
            "",
        ),
    },
    'batching { send_after = "-1s" }': {
        ("duration must be non-negative", "duration provided: -1000000000"),
        ("duration -1s must be a non-negative duration", ""),
    },
    'compute_custom_endpoint = "nope"': {
        ('"compute_custom_endpoint" ("nope") doesn\'t match regexp ".*/[^/]+/$"', ""),
        (
            "Invalid Attribute Value Match",
            "Attribute compute_custom_endpoint value must match regular expression "
            "'.*/[^/]+/$', got: nope",
        ),
    },
    'projekt = "x"': {
        (
            "Unsupported argument",
            'An argument named "projekt" is not expected here. Did you mean "project"?',
        )
    },
    'terraform_attribution_label_addition_strategy = "NEVER"': {
        ('unrecognized terraform_attribution_label_addition_strategy "NEVER"', "")
    },
}
"""Arguments, with summary and detail of each error."""


def test_all_arguments_are_accepted(tmp_path: Path) -> None:
    read = READ % {"alias": "it", "provider": ""}
    (tmp_path / "main.tf").write_text(REQUIRED + ALL + read)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        offline.terraform("apply", "-auto-approve", chdir=tmp_path)
        values = json.loads(offline.terraform("output", "-json", chdir=tmp_path).stdout)
    assert values["labels"]["value"] == {"team": "a"}
    assert values["policy"]["value"] == "3925976687"


def test_arguments_are_rejected_as_by_the_provider(tmp_path: Path) -> None:
    found = {}
    with Offline() as offline:
        for at, argument in enumerate(REJECTED):
            folder = tmp_path / str(at)
            folder.mkdir()
            text = f'provider "google" {{\n  {argument}\n}}\n'
            read = READ % {"alias": "it", "provider": ""}
            (folder / "main.tf").write_text(REQUIRED + text + read)
            offline.terraform("init", chdir=folder, check=False)
            done = offline.terraform("plan", "-json", chdir=folder, check=False)
            events = [json.loads(line) for line in done.stdout.splitlines()]
            errors = [event["diagnostic"] for event in events if "diagnostic" in event]
            found[argument] = {(error["summary"], error.get("detail", "")) for error in errors}
    assert found == REJECTED
