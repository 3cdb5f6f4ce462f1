"""The workflows call `grid` with what it takes."""

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
"""The commands of each job, in their order."""
INITIALIZE = re.compile(r"operations (?:plan|apply|drift) |^terraform .* init ", re.MULTILINE)
"""What makes a folder of Terraform one whose outputs can be read."""


def parsed(command: str) -> Parsed:
    """Return the only call of a command."""
    [found] = [one for one in (parse(call.arguments) for call in calls()) if one.command == command]
    return found


@CALL
def test_grid_takes_it(call: Call) -> None:
    found = parse(call.arguments)
    assert found.values["environment"] == "prod"


def test_each_job_calls_its_commands() -> None:
    found: dict[tuple[str, str], list[str]] = {}
    for call in calls():
        found.setdefault((call.workflow, call.job), []).append(call.arguments[0])
    assert found == CALLED
    assert {name for names in CALLED.values() for name in names} <= set(COMMANDS)


def test_grid_is_called_in_no_other_way() -> None:
    text = "\n".join(script for file in FILES for script in scripts(file))
    assert text.count(GRID) == len(calls())
    assert not re.search(r"(?:^|[ /])grid ", text, re.MULTILINE)


@CALL
def test_terraform_is_initialized_before(call: Call) -> None:
    job = jobs(GITHUB / "workflows" / f"{call.workflow}.yml")[call.job]
    run = "\n".join(step.get("run", "") for step in job["steps"])
    initialized = INITIALIZE.search(run)
    assert initialized
    assert initialized.start() <= run.index(f"operations {call.arguments[0]} ")


def test_nobody_is_asked() -> None:
    assert parsed("apply").values["yes"]


def test_a_release_has_every_image_by_its_digest() -> None:
    values = parsed("deploy").values
    services = [one for one in IMAGES if one != "migrations"]
    assert values["image"] == [f"{one}={reference(one)}" for one in services]
    assert values["migrate_image"] == reference("migrations")
    assert values["migrate_image"].endswith(DIGEST)


def test_a_drill_leaves_its_figures() -> None:
    assert parsed("drill").values["as_json"]
    drill = GITHUB / "workflows" / "drill.yml"
    [kept] = [one["with"]["path"] for one in steps(drill) if "upload-artifact" in str(one)]
    assert any(f"| tee {kept}" in script for script in scripts(drill))


def dockerfile(service: str) -> Path:
    """Return the sources of a service's image."""
    own = ROOT / "services" / service / "Dockerfile"
    return own if own.is_file() else ROOT / "services" / "reference" / "Dockerfile"


def test_an_image_is_built_where_its_dockerfile_finds_what_it_copies() -> None:
    image = jobs(GITHUB / "workflows" / "deploy.yml")["image"]
    [build] = [step["run"] for step in image["steps"] if step.get("name") == "Build"]
    context = ROOT / build.split()[-1]
    for service in image["strategy"]["matrix"]["service"]:
        text = dockerfile(service).read_text(encoding="utf-8")
        copied = re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE)
        assert copied
        assert [one for one in copied if not (context / one).exists()] == []
        takes = re.findall(r"^ARG (\w+)", text, re.MULTILINE)
        assert [one for one in takes if f'--build-arg "{one}=' not in build] == []


@pytest.mark.parametrize("fails", ["login", "copy"])
def test_an_image_that_is_not_pushed_stops_the_release(fails: str, tmp_path: Path) -> None:
    [push] = [one for one in scripts(GITHUB / "workflows" / "release.yml") if "skopeo" in one]
    programs = {
        "terraform": "echo us-docker.pkg.dev/p/services",
        "gcloud": "echo token",
        "skopeo": f'[ "$1" != login ] || cat > /dev/null\n[ "$1" != {fails} ] || exit 1\n'
        f'[ "$1" != inspect ] || echo {DIGEST}',
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "api.tar").touch()
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "ENVIRONMENT": "dev", "GITHUB_SHA": "0"}
    done = subprocess.run(
        [*BASH, push], cwd=tmp_path, env=environ, capture_output=True, check=False
    )
    assert done.returncode == 1
