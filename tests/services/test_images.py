"""Tests of the Dockerfiles."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTEXT = ROOT / "services"
COMMON = CONTEXT / "Dockerfile"
"""Builds each service that has none of its own."""
DOCKERFILES = [COMMON, *sorted(CONTEXT.glob("*/Dockerfile"))]
IDS = [file.parent.name for file in DOCKERFILES]
SERVICES = sorted(
    folder.name for folder in CONTEXT.glob("*/") if list(folder.glob("grid_*/app.py"))
)
IMAGES = sorted(file.parent for file in CONTEXT.glob("*/requirements.txt"))


def instructions(dockerfile: Path, name: str) -> list[str]:
    """Return the arguments of every instruction of this name."""
    joined = dockerfile.read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(rf"^{name} (.+)$", joined, re.MULTILINE)


def versions(lock: Path) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[\w.]+", lock.read_text(encoding="utf-8"), re.MULTILINE))


def test_job_and_services_have_images() -> None:
    assert {"migrations", "services"} <= set(IDS)
    assert {"ai", "api", "auth"} <= set(SERVICES)
    assert {"migrations", *SERVICES} == {folder.name for folder in IMAGES}


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=IDS)
def test_hadolint_reports_no_problem(dockerfile: Path) -> None:
    command = [str(Path(sys.executable).with_name("hadolint")), "--no-color", str(dockerfile)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=IDS)
def test_copied_files_exist_in_build_context(dockerfile: Path) -> None:
    copied = [line.split()[:-1] for line in instructions(dockerfile, "COPY")]
    sources = [name for line in copied if not line[0].startswith("--from=") for name in line]
    services = SERVICES if dockerfile == COMMON else [""]
    names = [name.replace("${SERVICE}", service) for name in sources for service in services]
    assert names
    assert [name for name in names if not (CONTEXT / name).exists()] == []
    # .dockerignore lets in these two and nothing else.
    allowed = r"\w+/(requirements\.txt|grid_\w+)"
    assert [name for name in names if not re.fullmatch(allowed, name)] == []


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=IDS)
def test_image_runs_without_privileges_and_receives_signals(dockerfile: Path) -> None:
    [user] = instructions(dockerfile, "USER")
    assert int(user) > 0
    commands = instructions(dockerfile, "CMD") + instructions(dockerfile, "ENTRYPOINT")
    assert commands
    assert all(command.startswith('["') for command in commands)


def test_images_have_one_base_pinned_by_digest() -> None:
    bases = {
        line.split()[0] for dockerfile in DOCKERFILES for line in instructions(dockerfile, "FROM")
    }
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", bases.pop())


@pytest.mark.parametrize("folder", IMAGES, ids=lambda folder: folder.name)
def test_image_requirements_match_lock_file(folder: Path) -> None:
    own = versions(folder / "requirements.txt")
    assert own
    assert sorted(own - versions(ROOT / "requirements-dev.txt")) == []


@pytest.mark.parametrize(
    ("service", "package"),
    [
        ("ai", "psycopg"),
        *((service, "google-cloud-secret-manager") for service in SERVICES),
        *((service, "pytest") for service in SERVICES),
    ],
)
def test_image_has_no_package_that_its_service_does_not_use(service: str, package: str) -> None:
    lock = (CONTEXT / service / "requirements.txt").read_text(encoding="utf-8")
    assert "fastapi==" in lock
    assert f"{package}==" not in lock
