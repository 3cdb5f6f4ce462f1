"""Tests of the command lines of `grid` in the workflows."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from operations.commands import COMMANDS
from tests.commandlines import Parsed, parse
from tests.workflows.files import FILES, GITHUB, ROOT, jobs, scripts, steps
from tests.workflows.scripts import BASH, DIGEST, GRID, IMAGES, Call, calls, reference

CALL = pytest.mark.parametrize("call", calls(), ids=str)
CALLED = {
    ("pull-request", "plan"): ["plan"],
    ("release", "release"): ["apply", "deploy"],
    ("drift", "drift"): ["drift"],
    ("drill", "drill"): ["verify-backup", "drill"],
}
"""Commands of each job, in their order."""
INITIALIZE = re.compile(r"operations (?:plan|apply|drift) |^terraform .* init ", re.MULTILINE)
"""Commands that initialize a Terraform folder, so that its outputs can be read."""


def parsed(command: str) -> Parsed:
    """Return the only call of a command."""
    lines = (parse(call.arguments) for call in calls())
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


def test_apply_skips_confirmation() -> None:
    assert parsed("apply").values["yes"]


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
    return own if own.is_file() else ROOT / "services" / "reference" / "Dockerfile"


def _build() -> str:
    image = jobs(GITHUB / "workflows" / "deploy.yml")["image"]
    [build] = [step["run"] for step in image["steps"] if step.get("name") == "Build"]
    return str(build)


@pytest.mark.parametrize("service", ["api", "migrations"])
def test_image_build_context_has_files_and_arguments_of_dockerfile(service: str) -> None:
    build = _build()
    context = ROOT / build.split()[-2]
    text = dockerfile(service).read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE)
    assert copied
    assert [path for path in copied if not (context / path).exists()] == []
    arguments = re.findall(r"^ARG (\w+)", text, re.MULTILINE)
    assert [name for name in arguments if f'--build-arg "{name}=' not in build] == []


def test_job_builds_an_archive_of_each_of_its_images(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text(
        '#!/bin/sh\nfor option; do case "$option" in type=oci,dest=*)\n'
        'echo "$@" > "${option#type=oci,dest=}";; esac; done\n',
        encoding="utf-8",
    )
    docker.chmod(0o755)
    own = tmp_path / "services" / "migrations"
    own.mkdir(parents=True)
    (own / "Dockerfile").touch()
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SERVICES": "api migrations"}
    subprocess.run([*BASH, _build()], cwd=tmp_path, env=environ, capture_output=True, check=True)
    built = {file.name: file.read_text("utf-8") for file in (tmp_path / "images").iterdir()}
    assert set(built) == {"api.tar", "migrations.tar"}
    assert "--file services/reference/Dockerfile --build-arg SERVICE=api" in built["api.tar"]
    assert "--file services/migrations/Dockerfile" in built["migrations.tar"]


def _push(folder: Path, skopeo: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run the script that pushes the images, with a `skopeo` of these lines."""
    [push] = [
        script for script in scripts(GITHUB / "workflows" / "release.yml") if "skopeo" in script
    ]
    programs = {
        "terraform": "echo us-docker.pkg.dev/p/services",
        "gcloud": "echo token",
        "skopeo": f'[ "$1" != login ] || cat > /dev/null\n{skopeo}\n'
        f'[ "$1" != inspect ] || echo {DIGEST}',
    }
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    (folder / "images").mkdir(exist_ok=True)
    (folder / "images" / "api.tar").touch()
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", "ENVIRONMENT": "dev", "GITHUB_SHA": "0"}
    return subprocess.run(
        [*BASH, push], cwd=folder, env=environ | variables, capture_output=True, check=False
    )


@pytest.mark.parametrize("fails", ["login", "copy"])
def test_release_stops_when_image_push_fails(fails: str, tmp_path: Path) -> None:
    assert _push(tmp_path, f'[ "$1" != {fails} ] || exit 1').returncode == 1


def test_commit_can_be_pushed_again_to_a_registry_with_immutable_tags(tmp_path: Path) -> None:
    skopeo = """
if [ "$1" = copy ]; then
  for tag; do :; done
  ! grep --quiet --line-regexp --fixed-strings "$tag" tags || exit 1
  echo "$tag" >> tags
fi"""
    (tmp_path / "tags").touch()
    for run, attempt in (("1", "1"), ("1", "2"), ("2", "1")):
        done = _push(tmp_path, skopeo, GITHUB_RUN_ID=run, GITHUB_RUN_ATTEMPT=attempt)
        assert done.returncode == 0, done.stderr
    assert len((tmp_path / "tags").read_text("utf-8").splitlines()) == 3
    assert (tmp_path / "images.txt").read_text("utf-8") == (
        f"api=us-docker.pkg.dev/p/services/api@{DIGEST}\n"
    )
