"""Which provider `offline terraform` takes, and what it says about it."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest
from command_line import Cli, command_line, environment

from offline.terraform.installed import PLATFORM

GENUINE = "offline: provider: genuine hashicorp/google 6.50.0 from "
INSTALLATION = 'provider_installation {{\n  filesystem_mirror {{\n    path = "{}"\n  }}\n}}\n'
EMBEDDED = "offline: provider: embedded hashicorp/google: "


@pytest.fixture
def offline(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    for name in ("OFFLINE_MIRROR", "OFFLINE_PROVIDER", "TF_PLUGIN_CACHE_DIR", "TF_CLI_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.setenv("TF_VAR_key", "x")
    # No registry can be reached: a proxy that nobody listens on.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    return command_line(capfd, monkeypatch, tmp_path)


def provider(root: Path, name: str = "google", version: str = "6.50.0") -> Path:
    """Write a filesystem mirror whose provider is a program that ends at once."""
    folder = root / f"registry.terraform.io/hashicorp/{name}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"terraform-provider-{name}_{version}_{PLATFORM}.zip"
    with zipfile.ZipFile(file, "w") as content:
        program = f"#!{sys.executable}\nimport sys\nsys.exit('does not work')\n"
        content.writestr(f"terraform-provider-{name}_v{version}_x5", program)
    return root


def test_auto_takes_the_embedded_provider_when_there_is_no_other(
    tmp_path: Path, offline: Cli
) -> None:
    done = offline("terraform", f"-chdir={environment(tmp_path)}", "init")
    assert done.returncode == 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("offline:")]
    assert lines == [
        f"{EMBEDDED}the genuine hashicorp/google is not on this machine "
        "(OFFLINE_MIRROR names a mirror)"
    ]


def test_auto_finds_the_genuine_provider_where_terraform_does(tmp_path: Path, offline: Cli) -> None:
    stack = environment(tmp_path)
    command = ("terraform", f"-chdir={stack}", "init")
    config = tmp_path / "home/.terraformrc"
    places = {
        "mirror": INSTALLATION.format(tmp_path / "m"),
        "cache": f'plugin_cache_dir = "{tmp_path}/m"',
        "nothing": "",
    }
    provider(tmp_path / "m")
    config.parent.mkdir()
    for name, text in places.items():
        config.write_text(text)
        found = offline("--world", name, *command).stderr
        assert (f"{GENUINE}{tmp_path}/m\n" in found) == (name != "nothing"), name
    provider(tmp_path / "home/.terraform.d/plugins")
    assert GENUINE in offline("--world", "implied", *command).stderr
    embedded = offline("--world", "option", "terraform", "--provider", "embedded", *command[1:])
    assert f"{EMBEDDED}as asked for" in embedded.stderr
    env = {"OFFLINE_PROVIDER": "embedded"}
    assert EMBEDDED in offline("--world", "variable", *command, env=env).stderr


def test_world_keeps_the_provider_that_made_it(tmp_path: Path, offline: Cli) -> None:
    terraform = ("terraform", f"-chdir={environment(tmp_path)}")
    mirror = {"OFFLINE_MIRROR": str(provider(tmp_path / "m"))}
    assert GENUINE in offline(*terraform, "init", env=mirror).stderr
    assert offline(*terraform, "apply", "-auto-approve").returncode == 0
    kept = offline(*terraform, "plan", env=mirror)
    assert f"{EMBEDDED}it made the world in .cache/offline" in kept.stderr
    assert "No changes" in kept.stdout
    assert offline("world", "clear", "--keep-state").returncode == 0
    assert GENUINE in offline(*terraform, "init", env=mirror).stderr


def test_missing_and_broken_genuine_providers_are_errors(tmp_path: Path, offline: Cli) -> None:
    stack = environment(tmp_path)
    missing = offline("terraform", "--provider=genuine", f"-chdir={stack}", "init")
    assert missing.returncode == 2
    assert "Error: The genuine hashicorp/google is not on this machine" in missing.stderr
    assert "Terraform cannot install it: Error: " in missing.stderr
    mirror = f"--mirror={provider(tmp_path / 'm')}"
    assert offline("terraform", mirror, f"-chdir={stack}", "init").returncode == 0
    broken = offline("terraform", mirror, f"-chdir={stack}", "plan")
    assert broken.returncode == 1
    assert "does not start (exit code 1): does not work" in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--provider", "real", "plan"), "Actual: 'real'"),
        (("--mirror", "nowhere", "plan"), "Folder nowhere does not exist"),
    ],
)
def test_wrong_options_are_usage_errors(
    offline: Cli, arguments: tuple[str, ...], error: str
) -> None:
    done = offline("terraform", *arguments)
    assert done.returncode == 2
    assert error in done.stderr


OTHERS = """
terraform {
  required_providers {
    local = { source = "hashicorp/local", version = "~> 2.0" }
  }
}
resource "terraform_data" "built_in" { input = "kept" }
"""
NULL = 'resource "null_resource" "implied" {}\n'


def other(tmp_path: Path, text: str) -> str:
    """Write a directory without Google, and return Terraform's option for it."""
    (tmp_path / "other").mkdir(exist_ok=True)
    (tmp_path / "other/main.tf").write_text(text)
    return f"-chdir={tmp_path / 'other'}"


def test_built_in_resources_need_nothing(tmp_path: Path, offline: Cli) -> None:
    chdir = other(tmp_path, 'resource "terraform_data" "built_in" { input = "kept" }\n')
    assert offline("terraform", chdir, "init").returncode == 0
    applied = offline("terraform", chdir, "apply", "-auto-approve")
    assert "1 added" in applied.stdout
    assert applied.stderr == ""


@pytest.mark.parametrize("way", ["mirror", "cache", "cache variable", "explicit", "implied"])
def test_other_providers_are_installed_from_where_they_are(
    tmp_path: Path, offline: Cli, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    places = {"implied": home / ".terraform.d/plugins"}
    root = places.get(way, tmp_path / "place")
    if way == "mirror":
        (home / ".terraformrc").write_text(INSTALLATION.format(root))
    elif way == "cache":
        (home / ".terraformrc").write_text(f'plugin_cache_dir = "{root}"\n')
    elif way == "cache variable":
        monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", str(root))
    elif way == "explicit":
        monkeypatch.setenv("OFFLINE_MIRROR", str(root))
    provider(root, "local", "2.5.3")
    provider(root, "null", "3.2.4")
    chdir = other(tmp_path, OTHERS + NULL)
    done = offline("terraform", chdir, "init")
    assert done.returncode == 0, done.stderr
    assert "Installed hashicorp/local v2.5.3" in done.stdout
    assert "Installed hashicorp/null v3.2.4" in done.stdout


def test_mirror_and_cache_are_joined_with_implied_mirrors(tmp_path: Path, offline: Cli) -> None:
    provider(tmp_path / "home/.terraform.d/plugins", "local", "2.5.3")
    mirror = str(provider(tmp_path / "m", "null", "3.2.4"))
    chdir = other(tmp_path, OTHERS + NULL)
    assert offline("terraform", chdir, "init", env={"OFFLINE_MIRROR": mirror}).returncode == 0


def test_development_overrides_stay(tmp_path: Path, offline: Cli) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.terraformrc").write_text(
        "provider_installation {\n  dev_overrides {\n"
        f'    "hashicorp/null" = "{tmp_path}"\n  }}\n  direct {{}}\n}}\n'
    )
    done = offline("terraform", other(tmp_path, NULL), "init")
    assert "Provider development overrides are in effect" in done.stdout + done.stderr


def test_utility_providers_are_embedded_where_there_is_no_other(
    tmp_path: Path, offline: Cli
) -> None:
    chdir = other(tmp_path, OTHERS.replace("~> 2.0", "~> 1.4") + NULL)
    done = offline("terraform", chdir, "init")
    assert done.returncode == 0
    named = "local 2.9.0 (required: ~> 1.4), null 3.3.1"
    assert done.stderr == f"offline: embedded, as this machine has no other: {named}\n"
    assert "2 added" in offline("terraform", chdir, "apply", "-auto-approve").stdout
    (tmp_path / "other/main.tf").write_text("")
    destroyed = offline("terraform", chdir, "apply", "-auto-approve")
    assert "2 destroyed" in destroyed.stdout, "a provider that the state alone needs"


def test_network_mirror_comes_before_embedded_providers(tmp_path: Path, offline: Cli) -> None:
    (tmp_path / "home").mkdir()
    mirror = 'network_mirror {\n    url = "https://127.0.0.1:9/"\n  }'
    (tmp_path / "home/.terraformrc").write_text(f"provider_installation {{\n  {mirror}\n}}\n")
    done = offline("terraform", other(tmp_path, NULL), "init")
    assert done.returncode == 1
    assert "Providers are not on this machine: registry.terraform.io/hashicorp/null" in done.stderr


def test_errors_name_the_configuration_file_of_the_user(tmp_path: Path, offline: Cli) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.terraformrc").write_text("this is { not HCL\n")
    done = offline("terraform", other(tmp_path, NULL), "init")
    assert f"Error parsing {tmp_path}/home/.terraformrc: At " in done.stdout + done.stderr


@pytest.mark.parametrize("is_list", [False, True])
def test_json_configuration_leads_to_its_mirrors(
    tmp_path: Path, offline: Cli, monkeypatch: pytest.MonkeyPatch, is_list: bool
) -> None:
    mirror: object = {"path": str(provider(tmp_path / "m", "local", "2.5.3"))}
    if is_list:
        mirror = [mirror]
    config = {
        "credentials": {"example.com": {"token": "x"}},
        "disable_checkpoint": True,
        "provider_installation": {"filesystem_mirror": mirror},
    }
    file = tmp_path / "terraform.json"
    file.write_text(json.dumps(config))
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(file))
    provider(tmp_path / "explicit", "null", "3.2.4")
    monkeypatch.setenv("OFFLINE_MIRROR", str(tmp_path / "explicit"))
    done = offline("terraform", other(tmp_path, OTHERS + NULL), "init")
    assert "Installed hashicorp/local v2.5.3" in done.stdout, done.stderr
    assert "Installed hashicorp/null v3.2.4" in done.stdout


def test_embedded_provider_names_the_version_that_is_required(tmp_path: Path, offline: Cli) -> None:
    stack = environment(tmp_path)
    file = stack / "cdk.tf.json"
    file.write_text(file.read_text().replace('"6.50.0"', '"~> 7.1"'))
    line = offline("terraform", f"-chdir={stack}", "init").stderr.splitlines()[0]
    version = "(it is 6.50.0 although the directory requires ~> 7.1)"
    assert line.startswith(f"offline: provider: embedded hashicorp/google {version}: ")


def test_provider_of_another_registry_is_the_same_if_it_is_hashicorps(
    tmp_path: Path, offline: Cli
) -> None:
    text = 'terraform {\n  required_providers {\n    google = { source = "%s" }\n  }\n}\n'
    topic = 'resource "google_pubsub_topic" "it" {\n  name = "it"\n  project = "p-one-example"\n}'
    chdir = other(tmp_path, text % "registry.example.com/hashicorp/google" + topic)
    assert offline("terraform", chdir, "init").returncode == 0
    assert "1 to add" in offline("terraform", chdir, "plan", "-no-color").stdout
    chdir = other(tmp_path, text % "registry.example.com/acme/google" + topic)
    done = offline("terraform", chdir, "init")
    assert done.returncode == 1
    assert "registry.example.com/acme/google is not hashicorp/google, which is" in done.stderr


def test_missing_providers_are_named_with_what_to_do(tmp_path: Path, offline: Cli) -> None:
    helm = 'resource "helm_release" "it" {}\nresource "http_thing" "it" {}\n'
    done = offline("terraform", other(tmp_path, helm), "init")
    assert done.returncode == 1
    names = "registry.terraform.io/hashicorp/helm, registry.terraform.io/hashicorp/http"
    assert f"Error: Providers are not on this machine: {names}\n" in done.stderr
    assert "terraform providers mirror DIR" in done.stderr
