"""`python -m environments new`: by options, by questions, and what it rejects."""

import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from itertools import combinations
from pathlib import Path

import pytest

from environments import Environment, load
from environments.__main__ import main
from environments.new import Answers, create
from environments.new.answers import PARTS
from facts import quotas
from operations.checks.needs import needs
from operations.checks.stack import Stack
from tests.environments.samples import content, write
from tests.template import platform

REQUIRED = {
    "--project-id": "acme-qa-1",
    "--domain": "qa.acme.example.com",
    "--alert-email": "oncall@acme.example.com",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRID_ENVIRONMENTS", str(tmp_path))
    return tmp_path


def options(*more: str) -> list[str]:
    return ["new", "qa", *(word for pair in REQUIRED.items() for word in pair), *more]


def subsets() -> Iterator[tuple[str, ...]]:
    for size in range(len(PARTS) + 1):
        yield from combinations(PARTS, size)


@pytest.mark.parametrize("size", ["small", "standard", "production"])
@pytest.mark.parametrize("second_region", [None, "us-east1"])
def test_new_environment_is_valid_with_every_combination_of_parts(
    folder: Path, size: str, second_region: str | None
) -> None:
    for number, parts in enumerate(subsets()):
        answers = Answers.model_validate(
            {
                "environment": f"e{number}",
                "size": size,
                "project_id": f"acme-project-{number}",
                "second_region": second_region,
                "domain": f"e{number}.example.com",
                "alert_email": "oncall@example.com",
                "billing_account": "012345-6789AB-CDEF01" if number % 2 else None,
                "repository": "acme/infrastructure",
                "repository_id": 42,
                "parts": parts,
            }
        )
        create(answers, folder)
    environments = load()
    assert len(environments) == 2 ** len(PARTS)
    assert {one.protect for one in environments.values()} == {size == "production"}
    full = environments[f"e{2 ** len(PARTS) - 1}"]
    assert full.gateway
    assert full.vector_search
    assert full.backups
    assert full.services["model"].gpu
    assert full.services["api"].route is not None
    assert full.services["api"].route.cdn


def cloud_run_needs(environment: Environment) -> dict[str, float]:
    return {
        need.what.removeprefix("Cloud Run: "): need.amount
        for need in needs(Stack(platform(environment).document))
        if need.what.startswith("Cloud Run: ")
    }


def test_small_size_fits_the_default_cloud_run_quota_of_a_new_project() -> None:
    assert main(options("--defaults")) == 0
    [environment] = load().values()
    needed = cloud_run_needs(environment)
    assert needed["CPU of all services and jobs"] <= quotas.new_project()["run_cpu"]
    assert needed["memory of all services and jobs"] <= quotas.new_project()["run_memory_gib"]
    assert "GPUs" not in needed


@pytest.mark.parametrize("size", ["standard", "production"])
def test_larger_size_names_the_cpu_quota_that_it_needs(folder: Path, size: str) -> None:
    assert main(options("--size", size, "--defaults")) == 0
    [environment] = load().values()
    vcpu = cloud_run_needs(environment)["CPU of all services and jobs"]
    assert f" {vcpu:g} vCPU of Cloud Run" in (folder / "qa.yaml").read_text("utf-8")


def test_options_create_the_file_and_print_the_next_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(options("--region", "europe-west1", "--size", "standard", "--defaults")) == 0
    environment = load()["qa"]
    assert environment.project_id == "acme-qa-1"
    assert environment.primary_region == "europe-west1"
    assert environment.storage.backups.location == "EU"
    printed = capsys.readouterr().out
    assert "make check ENV=qa" in printed
    assert "make try ENV=qa" in printed


def test_answers_file_creates_the_file_and_an_option_takes_precedence(folder: Path) -> None:
    answers = folder / "answers.txt"
    answers.write_text(
        "project_id: acme-qa-2\ndomain: qa.example.com\nalert_email: a@example.com\n"
        "size: production\nsecond_region: us-east1\nparts: [cdn, exports]\n"
    )
    assert main(["new", "qa", "--answers", str(answers), "--domain", "other.example.com"]) == 0
    environment = load()["qa"]
    assert environment.domain.name == "other.example.com"
    assert list(environment.regions) == ["us-central1", "us-east1"]
    assert environment.backups


def test_questions_ask_again_after_an_invalid_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [
        ("Not a name", "qa"),
        ("huge", "small"),
        ("x", "acme-qa-1"),
        ("us-nowhere1", "us-west1"),
        ("us-west1", ""),
        ("nodots", "qa.example.com"),
        ("nobody", "a@example.com"),
        ("12", ""),
        ("nobody", "acme/infrastructure"),
        ("zero", "7"),
        ("gpu", "cdn exports"),
    ]
    lines = "".join(f"{wrong}\n{right}\n" for wrong, right in given)
    monkeypatch.setattr(sys, "stdin", StringIO(lines))
    assert main(["new"]) == 0
    assert capsys.readouterr().out.count("Error:") == len(given)
    environment = load()["qa"]
    assert environment.primary_region == "us-west1"
    assert environment.ci is not None
    assert environment.ci.repository_id == 7


def test_a_real_process_answers_by_standard_input(folder: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "environments", *options()],
        input="\n" * 10,
        text=True,
        capture_output=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert (folder / "qa.yaml").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--region", "us-nowhere1"], "Actual: 'us-nowhere1'"),
        (["--parts", "cdn blockchain"], "Actual: 'cdn blockchain'"),
        (["--parts", "gpu", "--region", "us-west1"], "nvidia-l4"),
        (["--second-region", "us-central1"], "other than the first"),
        (
            ["--repository", "acme/infra", "--repository-id", ""],
            "or neither",
        ),
        (["--project-id", "X"], "Actual: 'X'"),
        (
            ["--repository", "a/b", "--repository-id", "x"],
            "Expected: a valid integer\n  Actual: 'x'",
        ),
        (["--answers", "missing.yaml"], "missing.yaml"),
    ],
)
def test_invalid_option_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(options("--defaults", *arguments)) == 2
    assert message in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_existing_file_is_never_overwritten(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("qa.yaml", "qa.yml"):
        file = folder / name
        file.write_text("mine")
        assert main(options("--defaults")) == 2
        assert "never overwrites" in capsys.readouterr().err
        assert file.read_text() == "mine"
        file.unlink()


def test_existing_file_is_named_before_a_question(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "qa.yaml").write_text("mine")
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    assert main(["new", "qa"]) == 2
    assert "a file that exists" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["a: [", "[1, 2]", "a: 1\na: 2", "unknown: x"])
def test_invalid_answers_file_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    answers = folder / "answers.txt"
    answers.write_text(text)
    assert main(["new", "qa", "--answers", str(answers)]) == 2
    assert str(answers) in capsys.readouterr().err
    assert not (folder / "qa.yaml").exists()


def test_values_of_another_environment_are_rejected(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "dev", content("dev"))
    project = content("dev")["project_id"]
    assert main(options("--defaults", "--project-id", project)) == 2
    error = capsys.readouterr().err
    assert project in error
    assert f"{folder / 'qa.yaml'}:" in error
    assert not (folder / "qa.yaml").exists()


def test_values_of_an_environment_that_follows_by_name_are_rejected(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "staging", content("staging"))
    project = content("staging")["project_id"]
    assert main(options("--defaults", "--project-id", project)) == 2
    assert "staging.yaml has the same" in capsys.readouterr().err
    assert not (folder / "qa.yaml").exists()


def test_missing_answer_names_its_option_when_nobody_can_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    assert main(["new", "qa", "--defaults"]) == 2
    assert "--project-id" in capsys.readouterr().err
    assert list(folder.iterdir()) == []
