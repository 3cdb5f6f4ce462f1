"""HashiCorp's utility providers in the genuine Terraform core.

Expected values are those of the providers' acceptance tests and documentation, at the versions that
`offline.utility_providers.VERSIONS` names.
"""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from offline.terraform.session import Offline

Apply = Callable[..., dict[str, Any]]


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offline]:
    for name in ("OFFLINE_MIRROR", "TF_PLUGIN_CACHE_DIR", "TF_CLI_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    (tmp_path / "stack").mkdir()
    with Offline() as session:
        yield session


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    return tmp_path / "stack"


@pytest.fixture
def apply(offline: Offline, stack: Path) -> Apply:
    """Apply a configuration, demand an empty plan, and return the values by address."""

    def run(text: str) -> dict[str, Any]:
        (stack / "main.tf").write_text(text)
        offline.terraform("init", chdir=stack)
        offline.terraform("apply", "-auto-approve", chdir=stack)
        offline.terraform("plan", "-detailed-exitcode", chdir=stack)
        shown = json.loads(offline.terraform("show", "-json", chdir=stack).stdout)["values"]
        values = {one["address"]: one["values"] for one in shown["root_module"]["resources"]}
        return values | {name: one["value"] for name, one in shown.get("outputs", {}).items()}

    return run


def planned(offline: Offline, stack: Path, text: str) -> dict[str, Any]:
    """Return the actions of a plan by address."""
    (stack / "main.tf").write_text(text)
    offline.terraform("plan", "-out=plan", chdir=stack)
    shown = json.loads(offline.terraform("show", "-json", "plan", chdir=stack).stdout)
    return {one["address"]: one["change"] for one in shown.get("resource_changes", [])}


def error(offline: Offline, stack: Path, text: str, command: str = "validate") -> str:
    (stack / "main.tf").write_text(text)
    offline.terraform("init", chdir=stack)
    done = offline.terraform(command, chdir=stack, check=False)
    assert done.returncode == 1
    return " ".join(done.stderr.replace("│", "").split())


def test_null_resource_is_replaced_when_a_trigger_changes(
    offline: Offline, stack: Path, apply: Apply
) -> None:
    text = 'resource "null_resource" "it" { triggers = { version = "1" } }\n'
    values = apply(text + 'resource "null_resource" "empty" { triggers = {} }')
    assert values["null_resource.it"]["id"].isdigit()
    assert values["null_resource.empty"]["triggers"] == {}
    changes = planned(offline, stack, text.replace('"1"', '"2"'))
    assert changes["null_resource.it"]["actions"] == ["delete", "create"]
    assert changes["null_resource.it"]["after_unknown"] == {"id": True, "triggers": {}}


def test_null_data_source_returns_its_inputs(apply: Apply) -> None:
    values = apply('data "null_data_source" "it" { inputs = { a = "b" } }')
    found = values["data.null_data_source.it"]
    assert found["outputs"] == {"a": "b"}
    assert (found["has_computed_default"], found["id"]) == ("default", "static")


MOMENTS = """
resource "time_static" "it" { rfc3339 = "2020-02-12T06:36:13Z" }
resource "time_offset" "it" {
  base_rfc3339  = "2020-01-31T06:36:13Z"
  offset_months = 1
}
resource "time_rotating" "it" {
  rfc3339       = "2999-02-12T06:36:13Z"
  rotation_days = 7
}
resource "time_sleep" "it" {
  create_duration  = "9h"
  destroy_duration = "9h"
}
"""


def test_moments_are_computed_as_by_the_provider(apply: Apply) -> None:
    values = apply(MOMENTS)
    assert values["time_static.it"] == {
        "day": 12, "hour": 6, "id": "2020-02-12T06:36:13Z", "minute": 36, "month": 2,
        "rfc3339": "2020-02-12T06:36:13Z", "second": 13, "triggers": None, "unix": 1581489373,
        "year": 2020,
    }  # fmt: skip
    assert values["time_offset.it"]["rfc3339"] == "2020-03-02T06:36:13Z", "there is no 31 February"
    assert values["time_offset.it"]["id"] == "2020-01-31T06:36:13Z"
    assert values["time_rotating.it"]["rotation_rfc3339"] == "2999-02-19T06:36:13Z"


def test_offsets_change_in_place_and_bases_replace(
    offline: Offline, stack: Path, apply: Apply
) -> None:
    apply(MOMENTS)
    changed = MOMENTS.replace("offset_months = 1", "offset_days = 2").replace("= 7", "= 8")
    changes = planned(offline, stack, changed)
    offset, rotating = (changes[f"time_{kind}.it"] for kind in ("offset", "rotating"))
    assert (offset["actions"], rotating["actions"]) == (["update"], ["update"])
    assert offset["after"]["rfc3339"] == "2020-02-02T06:36:13Z"
    assert rotating["after"]["rotation_rfc3339"] == "2999-02-20T06:36:13Z"
    apply(changed)
    changes = planned(offline, stack, changed.replace("02-12", "02-13"))
    assert changes["time_static.it"]["actions"] == ["delete", "create"]
    assert changes["time_rotating.it"]["actions"] == ["delete", "create"]


def test_rotation_that_is_due_creates_again(offline: Offline, stack: Path) -> None:
    text = """
    resource "time_rotating" "it" {
      rfc3339       = "2020-01-01T00:00:00Z"
      rotation_days = 1
    }
    """
    (stack / "main.tf").write_text(text)
    offline.terraform("init", chdir=stack)
    offline.terraform("apply", "-auto-approve", chdir=stack)
    assert planned(offline, stack, text)["time_rotating.it"]["actions"] == ["create"]


IMPORTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "time_offset": (
        "offset_days = 7",
        "2020-02-12T06:36:13Z,,,7,,,",
        {"offset_days": 7, "day": 19, "month": 2},
    ),
    "time_rotating": (
        "rotation_days = 30",
        "2999-02-12T06:36:13Z,,,30,,",
        {"rotation_days": 30, "day": 14, "month": 3},
    ),
    "time_sleep": (
        'create_duration = "30s"',
        "30s,",
        {"create_duration": "30s", "destroy_duration": None},
    ),
    "time_static": ("", "2020-02-12T06:36:13Z", {"unix": 1581489373}),
}


@pytest.mark.parametrize("type_", IMPORTS)
def test_moments_are_imported_by_the_ids_of_the_provider(
    offline: Offline, stack: Path, type_: str
) -> None:
    arguments, id_, expected = IMPORTS[type_]
    (stack / "main.tf").write_text(f'resource "{type_}" "it" {{ {arguments} }}\n')
    offline.terraform("init", chdir=stack)
    wrong = offline.terraform("import", f"{type_}.it", "x", chdir=stack, check=False)
    assert wrong.returncode == 1
    offline.terraform("import", f"{type_}.it", id_, chdir=stack)
    shown = json.loads(offline.terraform("show", "-json", chdir=stack).stdout)
    values = shown["values"]["root_module"]["resources"][0]["values"]
    assert expected.items() <= values.items()


def test_functions_of_time_and_local(apply: Apply, stack: Path) -> None:
    (stack / "folder").mkdir()
    values = apply("""
    terraform {
      required_providers {
        time  = { source = "hashicorp/time" }
        local = { source = "hashicorp/local" }
      }
    }
    output "duration" { value = provider::time::duration_parse("1h30m") }
    output "moment" { value = provider::time::rfc3339_parse("2023-07-25T23:43:16Z") }
    output "unix" { value = provider::time::unix_timestamp_parse(1690328596) }
    output "folders" { value = [for name in ["folder", "none"] : provider::local::direxists(name)] }
    resource "terraform_data" "any" {}
    """)
    assert values["duration"]["minutes"] == 90
    assert values["duration"]["nanoseconds"] == 5400000000000
    calendar = {"year": 2023, "year_day": 206, "weekday_name": "Tuesday", "iso_week": 30}
    assert calendar.items() <= values["moment"].items()
    assert values["moment"]["unix"] == 1690328596
    assert values["unix"]["rfc3339"] == "2023-07-25T23:43:16Z"
    assert values["folders"] == [True, False]


FILES = """
resource "local_file" "it" {
  content  = "hello"
  filename = "${path.module}/out/hello.txt"
}
resource "local_sensitive_file" "it" {
  content_base64 = base64encode("secret")
  filename       = "${path.module}/out/secret.txt"
}
data "local_file" "it" { filename = local_file.it.filename }
"""


def test_files_are_written_read_and_deleted(offline: Offline, stack: Path, apply: Apply) -> None:
    values = apply(FILES)
    file = stack / "out/hello.txt"
    assert file.read_text() == "hello"
    assert (stack / "out/secret.txt").stat().st_mode & 0o777 == 0o700
    assert values["local_file.it"]["id"] == "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"
    found = values["data.local_file.it"]
    assert found["content_base64sha256"] == b64encode(sha256(b"hello").digest()).decode()
    file.write_text("changed by others")
    changes = planned(offline, stack, FILES)
    assert changes["local_file.it"]["actions"] == ["create"]
    apply(FILES)
    offline.terraform("destroy", "-auto-approve", chdir=stack)
    assert list((stack / "out").iterdir()) == []


def archive(form: str, **arguments: Any) -> str:
    given = "\n".join(f"  {key} = {json.dumps(value)}" for key, value in arguments.items())
    return f'data "archive_file" "it" {{\n  type = "{form}"\n  output_path = "out/it"\n{given}\n}}'


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_archives_have_the_files_of_a_folder(apply: Apply, stack: Path, form: str) -> None:
    for name in ("a.py", "a.pyc", "deep/b.py", "skipped/c.py"):
        (stack / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (stack / "source" / name).write_text(name)
    text = archive(
        form, source_dir="source", excludes=["**/*.pyc", "skipped"], output_file_mode="0644"
    )
    values = apply(text)["data.archive_file.it"]
    content = (stack / "out/it").read_bytes()
    assert values["output_base64sha256"] == b64encode(sha256(content).digest()).decode()
    assert (values["output_size"], values["id"]) == (len(content), values["output_sha"])
    if form == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names, mode = packed.namelist(), packed.infolist()[0].external_attr >> 16
    else:
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            names, mode = packed.getnames(), packed.getmembers()[0].mode
    assert (names, mode & 0o777) == (["a.py", "deep/b.py"], 0o644)
    (stack / "source/a.py").touch()
    assert apply(text)["data.archive_file.it"]["id"] == values["id"], "times do not count"


def test_archive_of_contents_is_sorted(apply: Apply, stack: Path) -> None:
    blocks = "".join(
        f'  source {{\n    filename = "{name}"\n    content = "x"\n  }}\n' for name in ("b", "a")
    )
    apply(archive("zip").replace("\n}", f"\n{blocks}}}"))
    assert zipfile.ZipFile(stack / "out/it").namelist() == ["a", "b"]


PROGRAM = """
import json, os, sys
query = json.load(sys.stdin)
found = {"key": os.environ.get("GOOGLE_CREDENTIALS", ""), "at": os.path.basename(os.getcwd())}
print(json.dumps({"a": query["a"] * 2, **found}))
"""


def test_program_answers_without_credentials(apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS", "secret")
    values = apply(f"""
    data "external" "it" {{
      program = ["python3", "-c", {json.dumps(PROGRAM)}]
      query   = {{ a = "x" }}
    }}
    """)
    assert values["data.external.it"]["result"] == {"a": "xx", "key": "", "at": "stack"}


CERTIFICATES = """
resource "tls_private_key" "ca" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}
resource "tls_private_key" "rsa" { algorithm = "RSA" }
resource "tls_private_key" "p224" { algorithm = "ECDSA" }
resource "tls_self_signed_cert" "ca" {
  private_key_pem       = tls_private_key.ca.private_key_pem
  validity_period_hours = 24
  is_ca_certificate     = true
  allowed_uses          = ["cert_signing"]
  subject { common_name = "authority" }
}
resource "tls_cert_request" "it" {
  private_key_pem = tls_private_key.rsa.private_key_pem
  dns_names       = ["a.example"]
  ip_addresses    = ["10.0.0.1"]
  subject { common_name = "it" }
}
resource "tls_locally_signed_cert" "it" {
  cert_request_pem      = tls_cert_request.it.cert_request_pem
  ca_private_key_pem    = tls_private_key.ca.private_key_pem
  ca_cert_pem           = tls_self_signed_cert.ca.cert_pem
  validity_period_hours = 12
  allowed_uses          = ["server_auth"]
}
data "tls_public_key" "rsa" { private_key_openssh = tls_private_key.rsa.private_key_openssh }
data "tls_certificate" "it" { content = tls_locally_signed_cert.it.cert_pem }
"""


def test_certificates_are_signed_by_their_authority(apply: Apply) -> None:
    values = apply(CERTIFICATES)
    authority, own = (
        x509.load_pem_x509_certificate(values[address]["cert_pem"].encode())
        for address in ("tls_self_signed_cert.ca", "tls_locally_signed_cert.it")
    )
    own.verify_directly_issued_by(authority)
    names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.example"]
    key = values["tls_private_key.rsa"]
    assert key["private_key_pem"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert key["public_key_fingerprint_sha256"].startswith("SHA256:")
    public = values["data.tls_public_key.rsa"]
    assert (public["algorithm"], public["id"]) == ("RSA", key["id"])
    assert values["tls_private_key.p224"]["public_key_openssh"] == ""
    found = values["data.tls_certificate.it"]["certificates"][0]
    assert (found["issuer"], found["is_ca"]) == ("CN=authority", False)
    assert found["not_after"] == values["tls_locally_signed_cert.it"]["validity_end_time"]


def test_certificate_is_replaced_when_its_renewal_is_due(
    offline: Offline, stack: Path, apply: Apply
) -> None:
    apply(CERTIFICATES)
    due = CERTIFICATES.replace(
        "validity_period_hours = 24", "validity_period_hours = 24\n  early_renewal_hours = 24"
    )
    changes = planned(offline, stack, due)
    assert changes["tls_self_signed_cert.ca"]["actions"] == ["delete", "create"]


REJECTED = {
    'resource "time_offset" "it" {}': "of these attributes must be configured: [offset_seconds,",
    'resource "time_static" "it" { rfc3339 = "now" }': "Invalid RFC3339 String Value",
    'resource "time_sleep" "it" { create_duration = "1d" }': (
        "Attribute create_duration must be a number"
    ),
    'resource "local_file" "it" { filename = "x" }': (
        "No attribute specified when one (and only one) of [content,"
    ),
    'resource "tls_private_key" "it" { algorithm = "DSA" }': (
        'value must be one of: ["RSA" "ECDSA" "ED25519"], got: "DSA"'
    ),
}


@pytest.mark.parametrize("text", REJECTED)
def test_invalid_configurations_have_the_errors_of_the_provider(
    offline: Offline, stack: Path, text: str
) -> None:
    assert REJECTED[text] in error(offline, stack, text)


FAILING = {
    archive("rar", source_file="main.tf"): "archive type not supported: rar",
    archive("zip", source_dir="none"): "could not archive missing directory: none",
    'data "external" "it" { program = ["no-such-program"] }': "External Program Lookup Failed",
    'data "external" "it" { program = ["sh", "-c", "echo why >&2; exit 3"] }': "Error Message: why",
    'data "external" "it" { program = ["echo", "[]"] }': "Unexpected External Program Results",
    'data "local_file" "it" { filename = "none" }': "The file at given path cannot be read.",
    'data "tls_certificate" "it" { url = "https://example.com" }': "help: Give the certificate",
}


@pytest.mark.parametrize("text", FAILING)
def test_data_sources_that_fail_say_why(offline: Offline, stack: Path, text: str) -> None:
    assert FAILING[text] in error(offline, stack, text, "plan")
