"""Tests of the command lines of `grid` in the workflows."""

import json
import os
import re
import subprocess
from pathlib import Path
from subprocess import PIPE

import pytest

from operations.commands import COMMANDS
from tests.commandlines import Parsed, parse
from tests.workflows.files import FILES, GITHUB, ROOT, jobs, scripts, steps
from tests.workflows.scripts import BASH, DIGEST, GRID, IMAGES, Call, calls, reference

CALL = pytest.mark.parametrize("call", calls(), ids=str)
CALLED = {
    ("pull-request", "plan"): ["plan"],
    ("release", "plan"): ["plan"],
    ("release", "release"): ["apply", "deploy"],
    ("drift", "drift"): ["drift"],
    ("drill", "drill"): ["verify-backup", "drill"],
}
"""Commands of each job, in their order."""
INITIALIZE = re.compile(r"operations (?:plan|apply|drift) |^terraform .* init ", re.MULTILINE)
"""Commands that initialize a Terraform folder, so that its outputs can be read."""


def parsed(command: str) -> Parsed:
    """Return the only call of a command."""
    lines = (parse(call.arguments) for call in calls() if call[:2] != ("release", "plan"))
    [line] = [line for line in lines if line.command == command]
    return line


@CALL
def test_grid_accepts_command_line(call: Call) -> None:
    assert parse(call.arguments).values["environment"] == "prod"


def test_each_job_calls_its_commands() -> None:
    commands: dict[tuple[str, str], list[str]] = {}
    for call in calls():
        commands.setdefault((call.workflow, call.job), []).append(call.arguments[0])
    assert commands == CALLED
    assert {name for names in CALLED.values() for name in names} <= set(COMMANDS)


def test_scripts_call_grid_only_through_the_virtual_environment() -> None:
    text = "\n".join(script for file in FILES for script in scripts(file))
    assert text.count(GRID) == len(calls())
    assert not re.search(r"(?:^|[ /])grid ", text, re.MULTILINE)


@CALL
def test_terraform_is_initialized_before_grid(call: Call) -> None:
    job = jobs(GITHUB / "workflows" / f"{call.workflow}.yml")[call.job]
    run = "\n".join(step.get("run", "") for step in job["steps"])
    initialized = INITIALIZE.search(run)
    assert initialized
    assert initialized.start() <= run.index(f"operations {call.arguments[0]} ")


def test_apply_skips_confirmation_and_takes_the_approved_plan() -> None:
    assert parsed("apply").values["yes"]
    assert parsed("apply").values["plan"] == DIGEST


def test_plan_of_a_release_is_stored() -> None:
    [line] = [parse(call.arguments) for call in calls() if call[:2] == ("release", "plan")]
    assert line.values["store"]
    assert line.values["as_json"]


def test_plan_is_shown_before_the_approval_and_its_id_handed_on(tmp_path: Path) -> None:
    changes = [
        {"action": "destroy", "address": "google_storage_bucket.data", "loses": "its objects"},
        {"action": "update", "address": "google_sql_user.app", "loses": ""},
    ]
    result = {"changes": changes, "plan": DIGEST, "summary": "1 to destroy, 1 to update"}
    (tmp_path / "plan.json").write_text(json.dumps({"result": result}), encoding="utf-8")
    [show] = [
        script for script in scripts(GITHUB / "workflows" / "release.yml") if "SUMMARY" in script
    ]
    environ = {"PATH": os.environ["PATH"], "ENVIRONMENT": "prod"}
    environ |= {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
    subprocess.run([*BASH, show], cwd=tmp_path, env=environ, check=True)
    assert (tmp_path / "output").read_text("utf-8") == f"plan={DIGEST}\n"
    lines = (tmp_path / "summary").read_text("utf-8").splitlines()
    assert lines == [
        "## Plan of prod",
        "",
        "- destroy `google_storage_bucket.data`: **loses its objects**",
        "- update `google_sql_user.app`",
        "",
        "1 to destroy, 1 to update",
        "",
        f"`{DIGEST}`",
    ]


def test_deploy_has_each_image_by_digest() -> None:
    values = parsed("deploy").values
    services = [service for service in IMAGES if service != "migrations"]
    assert values["image"] == [f"{service}={reference(service)}" for service in services]
    assert values["migrate_image"] == reference("migrations")
    assert values["migrate_image"].endswith(DIGEST)


def test_drill_uploads_its_json_report() -> None:
    assert parsed("drill").values["as_json"]
    drill = GITHUB / "workflows" / "drill.yml"
    [path] = [step["with"]["path"] for step in steps(drill) if "upload-artifact" in str(step)]
    assert any(f"| tee {path}" in script for script in scripts(drill))


def dockerfile(service: str) -> Path:
    """Return the sources of a service's image."""
    own = ROOT / "services" / service / "Dockerfile"
    return own if own.is_file() else ROOT / "services" / "Dockerfile"


def _build() -> str:
    image = jobs(GITHUB / "workflows" / "deploy.yml")["image"]
    [build] = [step["run"] for step in image["steps"] if step.get("name") == "Build"]
    return str(build)


@pytest.mark.parametrize("service", ["ai", "api", "auth", "migrations"])
def test_image_build_context_has_files_and_arguments_of_dockerfile(service: str) -> None:
    build = _build()
    [source] = re.findall(r'\.tar" (\S+)$', build, re.MULTILINE)
    context = ROOT / source
    text = dockerfile(service).read_text(encoding="utf-8")
    text = text.replace("${SERVICE}", service)
    copied = re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE)
    assert copied
    assert [path for path in copied if not (context / path).exists()] == []
    arguments = re.findall(r"^ARG (\w+)", text, re.MULTILINE)
    assert [name for name in arguments if f'--build-arg "{name}=' not in build] == []


def _run(folder: Path, script: str, programs: dict[str, str], **variables: str) -> int:
    """Run a script with programs of these lines, and return its exit code."""
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", **variables}
    command = [*BASH, script]
    return subprocess.run(command, cwd=folder, env=environ, stdout=PIPE, check=False).returncode


def test_job_builds_an_archive_of_each_of_its_images(tmp_path: Path) -> None:
    docker = """
[ "$2" != create ] || exit 0
for option; do case "$option" in type=oci,dest=*) file=${option#type=oci,dest=}; echo "$@" > "$file"
echo "{\\"containerimage.digest\\": \\"sha256:$file\\"}" > metadata.json;; esac; done"""
    own = tmp_path / "services" / "migrations"
    own.mkdir(parents=True)
    (own / "Dockerfile").touch()
    variables = {"SERVICES": "api migrations", "JOB": "3", "GITHUB_OUTPUT": "output"}
    assert _run(tmp_path, _build(), {"docker": docker}, **variables) == 0
    built = {file.name: file.read_text("utf-8") for file in (tmp_path / "images").iterdir()}
    assert set(built) == {"api.tar", "migrations.tar"}
    assert "--file services/Dockerfile --build-arg SERVICE=api" in built["api.tar"]
    assert "--file services/migrations/Dockerfile" in built["migrations.tar"]
    assert all("--provenance=mode=max --sbom=true" in options for options in built.values())
    name, _, digests = (tmp_path / "output").read_text("utf-8").partition("=")
    assert name == "digests_3"
    expected = {service: f"sha256:images/{service}.tar" for service in ("api", "migrations")}
    assert json.loads(digests) == expected


def _push(folder: Path, skopeo: str, **variables: str) -> int:
    """Run the script that pushes the images, with a `skopeo` of these lines."""
    [push] = [
        script
        for script in scripts(GITHUB / "workflows" / "release.yml")
        if "skopeo copy" in script
    ]
    programs = {
        "terraform": "echo us-docker.pkg.dev/p/services",
        "gcloud": "echo token",
        "skopeo": f'[ "$1" != login ] || cat > /dev/null\n{skopeo}\n'
        f'[ "$1" != inspect ] || echo {DIGEST}',
    }
    digests = {"digests_0": json.dumps({"api": DIGEST}), "digests_1": ""}
    environ = {"ENVIRONMENT": "dev", "GITHUB_SHA": "0", "DIGESTS": json.dumps(digests)}
    return _run(folder, push, programs, **environ | variables)


@pytest.mark.parametrize("built", [DIGEST.replace("0", "1"), ""])
def test_release_rejects_an_archive_with_another_digest(tmp_path: Path, built: str) -> None:
    digests = json.dumps({"digests_0": json.dumps({"api": built})})
    assert _push(tmp_path, '[ "$1" != copy ] || touch copied', DIGESTS=digests) == 1
    assert not (tmp_path / "copied").exists()
    assert not (tmp_path / "images.txt").exists()


@pytest.mark.parametrize("severity", ["HIGH", "CRITICAL"])
def test_release_scans_the_image_of_each_index(tmp_path: Path, severity: str) -> None:
    [scan] = [
        script
        for script in scripts(GITHUB / "workflows" / "release.yml")
        if "images scan" in script
    ]
    manifests = [
        {"digest": "sha256:image", "platform": {"os": "linux", "architecture": "amd64"}},
        {"digest": "sha256:sbom", "platform": {"os": "unknown", "architecture": "unknown"}},
    ]
    index = json.dumps({"manifests": manifests})
    gcloud = f'echo "$@" >> scans\n[ "$4" != list-vulnerabilities ] || echo {severity}'
    (tmp_path / "images.txt").write_text(f"api={reference('api')}\n", encoding="utf-8")
    code = _run(tmp_path, scan, {"skopeo": f"echo '{index}'", "gcloud": gcloud})
    assert code == (severity == "CRITICAL")
    scanned = reference("api").replace(DIGEST, "sha256:image")
    first, *_ = (tmp_path / "scans").read_text("utf-8").splitlines()
    assert first.startswith(f"artifacts docker images scan {scanned} ")


@pytest.mark.parametrize("fails", ["login", "copy"])
def test_release_stops_when_image_push_fails(fails: str, tmp_path: Path) -> None:
    assert _push(tmp_path, f'[ "$1" != {fails} ] || exit 1') == 1


def test_commit_can_be_pushed_again_to_a_registry_with_immutable_tags(tmp_path: Path) -> None:
    skopeo = """
if [ "$1" = copy ]; then
  for tag; do :; done
  ! grep --quiet --line-regexp --fixed-strings "$tag" tags || exit 1
  echo "$tag" >> tags
fi"""
    (tmp_path / "tags").touch()
    for run, attempt in (("1", "1"), ("1", "2"), ("2", "1")):
        (tmp_path / "images.txt").unlink(missing_ok=True)
        variables = {"GITHUB_RUN_ID": run, "GITHUB_RUN_ATTEMPT": attempt}
        assert _push(tmp_path, skopeo, **variables) == 0
    assert len((tmp_path / "tags").read_text("utf-8").splitlines()) == 3
    assert (tmp_path / "images.txt").read_text("utf-8") == (
        f"api=us-docker.pkg.dev/p/services/api@{DIGEST}\n"
    )
