"""Tests of the workflows: pinned actions, least privilege, and existing targets."""

import re
from pathlib import Path
from typing import Any

import pytest

from environments import load
from environments.pipeline import MAX_JOBS, MIGRATIONS, matrices
from environments.schema.operations import MAX_WAVE
from tests.workflows.files import (
    FILES,
    GITHUB,
    ROOT,
    WORKFLOWS,
    content,
    jobs,
    scripts,
    steps,
    targets,
)

PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
WRITES = {
    ("pull-request", "plan"): {"id-token"},
    ("pull-request", "comment"): {"pull-requests"},
    ("deploy", "wave-1"): {"id-token"},
    ("deploy", "wave-2"): {"id-token"},
    ("deploy", "wave-3"): {"id-token"},
    ("deploy", "report"): {"issues"},
    ("release", "plan"): {"id-token"},
    ("release", "release"): {"id-token"},
    ("drift", "drift"): {"id-token"},
    ("drift", "report"): {"issues"},
    ("drill", "drill"): {"id-token"},
    ("drill", "report"): {"issues"},
    ("report", "report"): {"issues"},
}
"""Write permissions of each job that has some."""
ALL_JOBS = [(file, name) for file in WORKFLOWS for name in jobs(file)]
WORKFLOW = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
FILE = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + file.stem)
JOB = pytest.mark.parametrize(
    ("file", "name"), ALL_JOBS, ids=lambda value: getattr(value, "stem", value)
)


def test_workflow_files_are_complete() -> None:
    names = {file.stem for file in WORKFLOWS}
    assert names == {"check", "deploy", "drift", "drill", "pull-request", "release", "report"}


@FILE
def test_actions_are_pinned_by_hash_with_version_comment(file: Path) -> None:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    for line in lines:
        action, _, version = line.partition("uses: ")[2].partition(" # ")
        if action.startswith("$/"):
            assert (ROOT / action.removeprefix("$/")).exists()
        else:
            assert PINNED.fullmatch(action), line
            assert re.fullmatch(r"v\d+\.\d+\.\d+", version), line


def test_each_action_has_one_version() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    versions = set(re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40} # \S+)", text))
    assert len({action for action, _ in versions}) == len(versions)


@WORKFLOW
def test_workflow_has_no_default_permissions(file: Path) -> None:
    assert content(file)["permissions"] == {}


@JOB
def test_job_has_only_its_write_permissions(file: Path, name: str) -> None:
    permissions = jobs(file)[name].get("permissions", {})
    writes = {name for name, level in permissions.items() if level == "write"}
    assert writes == WRITES.get((file.stem, name), set())
    assert set(permissions.values()) <= {"read", "write"}


@JOB
def test_job_uses_google_cloud_only_with_id_token(file: Path, name: str) -> None:
    job = jobs(file)[name]
    uses_cloud = any(step.get("uses") == "$/.github/actions/setup" for step in job.get("steps", ()))
    if "steps" in job:
        assert uses_cloud == (job.get("permissions", {}).get("id-token") == "write")


@JOB
def test_job_has_timeout(file: Path, name: str) -> None:
    job = jobs(file)[name]
    assert "uses" in job or int(job["timeout-minutes"]) <= 240


def test_release_has_time_for_apigee() -> None:
    release = jobs(GITHUB / "workflows" / "release.yml")["release"]
    assert int(release["timeout-minutes"]) >= 2 * 120  # two hours, and as much for the rest


@FILE
def test_checkout_does_not_persist_credentials(file: Path) -> None:
    for step in steps(file):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@FILE
def test_scripts_contain_no_expressions(file: Path) -> None:
    assert [script for script in scripts(file) if "${{" in script] == []


@WORKFLOW
def test_workflows_have_no_trigger_that_runs_foreign_code_with_secrets(file: Path) -> None:
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(content(file)["on"])


@FILE
def test_workflows_use_no_service_account_key(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"credentials_json|service_account_key|SA_KEY", text)
    assert set(re.findall(r"secrets\.(\w+)", text)) <= {"SECRET_VALUES"}


def _matrix(file: str, job: str) -> Any:
    return jobs(GITHUB / "workflows" / f"{file}.yml")[job]["strategy"]["matrix"]


def _list(file: str, job: str, key: str) -> str:
    """Return the name of the list of `python -m environments list` that a job's matrix uses."""
    expression = str(_matrix(file, job)[key])
    match = re.fullmatch(r"\$\{\{ fromJSON\(needs\.environments\.outputs\.(\w+)\) \}\}", expression)
    assert match, expression
    return match[1]


MATRICES = {
    ("pull-request", "plan", "environment"): "environments",
    ("drift", "drift", "environment"): "environments",
    ("drill", "drill", "environment"): "backups",
    ("deploy", "image", "services"): "images",
    **{("deploy", f"wave-{n}", "environment"): f"wave_{n}" for n in range(1, MAX_WAVE + 1)},
}


@pytest.mark.parametrize(("file", "job", "key"), MATRICES)
def test_matrix_is_a_list_that_the_environment_files_give(file: str, job: str, key: str) -> None:
    name = _list(file, job, key)
    assert name == MATRICES[file, job, key]
    assert name in matrices(load())
    listing = jobs(GITHUB / "workflows" / f"{file}.yml")["environments"]
    assert name in listing["outputs"]
    assert "environments list --github" in str(listing["steps"])


@FILE
def test_no_workflow_names_an_environment_or_a_service(file: Path) -> None:
    """A workflow need not change when an environment or a service comes or goes."""
    lists = matrices(load())
    names = {*lists["environments"], *lists["images"]} - {MIGRATIONS}
    words = set(re.findall(r"[\w/.-]+", _code(file)))
    assert names & words == set()


def _code(file: Path) -> str:
    """Return a workflow without its comments and its calls of `gh api` and `gcloud auth`."""
    text = re.sub(r"(?m)#.*$", "", file.read_text(encoding="utf-8"))
    return re.sub(r"gh api|gcloud auth", "", text)


def test_each_wave_is_released_after_the_waves_before() -> None:
    deploy = jobs(GITHUB / "workflows" / "deploy.yml")
    waves = [f"wave-{number}" for number in range(1, MAX_WAVE + 1)]
    assert [name for name in deploy if name.startswith("wave-")] == waves
    for number, wave in enumerate(waves):
        assert set(deploy[wave]["needs"]) == {"environments", "check", "image", *waves[:number]}
        assert "!failure()" in deploy[wave]["if"]


def test_lists_follow_the_environment_files() -> None:
    lists = matrices(load())
    assert [lists[f"wave_{number}"] for number in (1, 2, 3)] == [["dev"], ["staging"], ["prod"]]
    assert lists["approvals"] == ["prod"]
    assert lists["backups"] == ["prod"]
    assert lists["images"] == ["ai", "api", "auth", MIGRATIONS]


@pytest.mark.parametrize(("services", "longest"), [(7, 1), (8, 2), (15, 2), (16, 3)])
def test_images_fit_into_the_jobs_of_a_matrix(services: int, longest: int) -> None:
    dev = load()["dev"]
    [service, *_] = dev.services.values()
    many = {f"s{number}": service for number in range(services)}
    images = matrices({"dev": dev.model_copy(update={"services": many})})["images"]
    assert len(images) == MAX_JOBS
    assert max(len(image.split()) for image in images) == longest
    assert {name for image in images for name in image.split()} == {*many, MIGRATIONS}


def test_environment_without_a_pipeline_is_in_no_list() -> None:
    environments = load()
    without = environments["dev"].model_copy(update={"ci": None})
    lists = matrices({"dev": without})
    assert lists.pop("images") == [MIGRATIONS]
    assert not any(lists.values())


@pytest.mark.parametrize(("file", "job"), [("release", "release"), ("drill", "drill")])
def test_job_that_changes_environment_needs_approval_and_is_serialized(file: str, job: str) -> None:
    definition = jobs(GITHUB / "workflows" / f"{file}.yml")[job]
    prefix = "drill-" if job == "drill" else ""  # a waiting drill does not block a release
    assert definition["concurrency"]["group"] == prefix + definition["environment"]
    assert definition["concurrency"]["cancel-in-progress"] == "false"
    assert re.fullmatch(r"\$\{\{ (inputs|matrix)\.environment \}\}", definition["environment"])


@pytest.mark.parametrize("file", ["deploy", "drift", "drill"])
def test_workflow_reports_failure_cancellation_and_timeout(file: str) -> None:
    by_id = jobs(GITHUB / "workflows" / f"{file}.yml")
    report = by_id.pop("report")
    assert report["needs"] == list(by_id)
    failed, cancelled = (
        f"contains(needs.*.result, '{result}')" for result in ("failure", "cancelled")
    )
    assert report["if"] == f"${{{{ always() && ({failed} || {cancelled}) }}}}"
    assert report["uses"] == "$/.github/workflows/report.yml"


@WORKFLOW
def test_shell_is_bash_with_pipefail(file: Path) -> None:
    assert content(file)["defaults"]["run"]["shell"] == "bash"


def test_image_build_has_no_credentials() -> None:
    image = jobs(GITHUB / "workflows" / "deploy.yml")["image"]
    assert image["permissions"] == {"contents": "read"}
    assert "secrets." not in str(image)


def test_each_job_that_builds_images_has_an_output_for_their_digests() -> None:
    image = jobs(GITHUB / "workflows" / "deploy.yml")["image"]
    names = [f"digests_{job}" for job in range(MAX_JOBS)]
    assert image["outputs"] == {name: f"${{{{ steps.build.outputs.{name} }}}}" for name in names}
    for number in range(1, MAX_WAVE + 1):
        wave = jobs(GITHUB / "workflows" / "deploy.yml")[f"wave-{number}"]
        assert wave["with"]["digests"] == "${{ toJSON(needs.image.outputs) }}"


def test_release_applies_the_plan_of_its_run_after_the_approval() -> None:
    by_id = jobs(GITHUB / "workflows" / "release.yml")
    plan, release = by_id["plan"], by_id["release"]
    assert "environment" not in plan  # nobody is asked for the plan, and it gets no secret
    assert "secrets." not in str(plan)
    assert release["needs"] == "plan"
    assert plan["outputs"] == {"plan": "${{ steps.plan.outputs.plan }}"}
    [apply] = [step for step in release["steps"] if step.get("name") == "Apply"]
    assert apply["env"]["PLAN"] == "${{ needs.plan.outputs.plan }}"


def test_release_scans_images_before_deploy() -> None:
    names = [step.get("name", "") for step in steps(GITHUB / "workflows" / "release.yml")]
    scan = names.index("Scan, and stop at a critical vulnerability")
    assert scan < names.index("Deploy, after the migration")


def test_deploy_branch_is_the_branch_of_the_identity_pool() -> None:
    pushed = content(GITHUB / "workflows" / "deploy.yml")["on"]["push"]["branches"]
    branches = {environment.ci.branch for environment in load().values() if environment.ci}
    assert set(pushed) == branches


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets() <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
