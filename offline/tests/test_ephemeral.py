"""The provider's ephemeral resources in the genuine Terraform core, and tokens of the served API.

Schemas, errors, and the shape of values were recorded from google 6.50.0 with Terraform 1.11.4 on
2026-11-27, in front of the served Google.
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from offline import tokens
from offline.serve.google import Google
from offline.serve.server import Server
from offline.serve.wire import read_caller
from offline.terraform.session import Offline

EMAIL = "runner-sa@p-one-example.iam.gserviceaccount.com"
HEAD = """
terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" {
  project = "p-one-example"
  region  = "europe-west1"
}
"""
ACCOUNT = """
resource "google_project_service" "iam" { service = "iam.googleapis.com" }
resource "google_service_account" "runner" {
  account_id = "runner-sa"
  depends_on = [google_project_service.iam]
}
resource "google_service_account_key" "runner" {
  service_account_id = google_service_account.runner.name
}
ephemeral "google_service_account_access_token" "it" {
  target_service_account = google_service_account.runner.email
  scopes                 = ["cloud-platform"]
}
ephemeral "google_service_account_id_token" "it" {
  target_service_account = google_service_account.runner.email
  target_audience        = "https://example.com"
  include_email          = true
}
ephemeral "google_service_account_jwt" "it" {
  target_service_account = google_service_account.runner.email
  payload                = jsonencode({ sub = "x", aud = "y" })
  expires_in             = 60
}
ephemeral "google_service_account_key" "it" { name = google_service_account_key.runner.name }
resource "terraform_data" "user" {
  provisioner "local-exec" {
    command = "printf %s \\"$VALUES\\" > values.json"
    environment = { VALUES = jsonencode({
      access_token = ephemeral.google_service_account_access_token.it
      id_token     = ephemeral.google_service_account_id_token.it
      jwt          = ephemeral.google_service_account_jwt.it
      key          = ephemeral.google_service_account_key.it
    }) }
  }
}
"""


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    content: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return content


def test_ephemeral_values_reach_terraform_alone(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(HEAD + ACCOUNT)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        offline.terraform("plan", "-out=plan", chdir=tmp_path)
        plan = offline.terraform("show", "-json", "plan", chdir=tmp_path).stdout
        offline.terraform("apply", "-auto-approve", "plan", chdir=tmp_path)
        unchanged = offline.terraform("plan", "-detailed-exitcode", chdir=tmp_path, check=False)
    values = json.loads((tmp_path / "values.json").read_text("utf-8"))
    assert values["access_token"] == {
        "access_token": values["access_token"]["access_token"],
        "delegates": None,
        "lifetime": "3600s",
        "scopes": ["cloud-platform"],
        "target_service_account": EMAIL,
    }
    identity = claims(values["id_token"]["id_token"])
    assert identity["exp"] - identity["iat"] == 3600
    assert (identity["aud"], identity["email"]) == ("https://example.com", EMAIL)
    assert identity["iss"] == "https://accounts.google.com"
    assert set(claims(values["jwt"]["jwt"])) == {"aud", "exp", "sub"}
    key = values["key"]
    assert key["name"].startswith(f"projects/p-one-example/serviceAccounts/{EMAIL}/keys/")
    assert base64.b64decode(key["public_key"]).startswith(b"-----BEGIN CERTIFICATE-----")
    assert unchanged.returncode == 0, unchanged.stdout
    state = (tmp_path / "terraform.tfstate").read_text("utf-8")
    for secret in (
        values["access_token"]["access_token"],
        values["id_token"]["id_token"],
        values["jwt"]["jwt"],
    ):
        assert secret not in plan + state


NO_ACCOUNT = "Service account name must match one of the expected patterns for Google service acc"
REJECTED = [
    ("access_token", 'target_service_account = "a@example.com"\nscopes = []', NO_ACCOUNT),
    (
        "access_token",
        'target_service_account = ""\nscopes = []',
        "Service account name must not be empty",
    ),
    (
        "access_token",
        f'target_service_account = "{EMAIL}"\nscopes = []\nlifetime = "2h"',
        "Duration must be between 0s and 1h0m0s",
    ),
    (
        "access_token",
        f'target_service_account = "{EMAIL}"\nscopes = []\nlifetime = "60"',
        "Duration must be a valid duration string (e.g., '3600s', '1h')",
    ),
    ("id_token", 'target_audience = "x"\ndelegates = ["x@y.z"]', NO_ACCOUNT),
    (
        "jwt",
        f'target_service_account = "{EMAIL}"\npayload = "{{}}"\nexpires_in = 0',
        "Attribute expires_in value must be at least 1, got: 0",
    ),
    ("key", 'name = "x"', "Attribute name must match regex: projects/"),
    (
        "key",
        'name = "projects/p/serviceAccounts/a@b/keys/c"\npublic_key_type = "P"',
        'Attribute public_key_type value must be one of: ["\\"TYPE_X509_PEM_FILE\\"" '
        '"\\"TYPE_RAW_PUBLIC_KEY\\""], got: "P"',
    ),
]


def test_ephemeral_configuration_is_rejected_as_by_the_provider(tmp_path: Path) -> None:
    blocks = (
        f'ephemeral "google_service_account_{kind}" "e{at:02}" {{\n{body}\n}}'
        for at, (kind, body, _) in enumerate(REJECTED)
    )
    (tmp_path / "main.tf").write_text(HEAD + "\n".join(blocks))
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        done = offline.terraform("validate", "-json", chdir=tmp_path, check=False)
    found = {item["address"]: item["detail"] for item in json.loads(done.stdout)["diagnostics"]}
    for (_, _, expected), address in zip(
        REJECTED, sorted(found, key=lambda a: a[-3:]), strict=True
    ):
        assert found[address].startswith(expected)


def test_payload_that_is_no_json_is_rejected(tmp_path: Path) -> None:
    text = f"""
ephemeral "google_service_account_jwt" "it" {{
  target_service_account = "{EMAIL}"
  payload                = "x"
  expires_in             = 60
}}
"""
    (tmp_path / "main.tf").write_text(HEAD + text)
    with Offline() as offline:
        offline.terraform("init", chdir=tmp_path)
        done = offline.terraform("plan", chdir=tmp_path, check=False)
    assert "Error: Error decoding payload" in done.stderr
    assert "invalid character 'x' looking for beginning of value" in done.stderr


@pytest.mark.parametrize(
    ("method", "body", "field"),
    [
        ("generateAccessToken", {"scope": ["x"], "lifetime": "60s"}, "accessToken"),
        ("generateIdToken", {"audience": "a", "includeEmail": True}, "token"),
        ("signJwt", {"payload": '{"sub": "x"}'}, "signedJwt"),
        ("signBlob", {"payload": "eA=="}, "signedBlob"),
    ],
)
def test_served_api_mints_tokens(method: str, body: dict[str, Any], field: str) -> None:
    path = f"/iamcredentials/v1/projects/-/serviceAccounts/{EMAIL}:{method}"
    server = Server(Google())
    answered = server.answer("POST", path, json.dumps(body).encode(), {})
    assert answered is not None
    assert answered.status == 200, answered.content
    assert json.loads(answered.content)[field]


def test_token_names_its_caller() -> None:
    for token in (tokens.access_token(EMAIL), EMAIL):
        assert read_caller(f"Bearer {token}") == f"serviceAccount:{EMAIL}"
    assert read_caller("Bearer ya29.c.x") == "user:owner@example.com"
