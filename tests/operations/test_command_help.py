"""Help of each command: its parts, and its examples, which are run."""

import shlex
from pathlib import Path
from string import Template
from typing import Any

import pytest

from operations import cli
from operations.commands import COMMANDS
from operations.core.errors import MEANINGS
from tests.commandlines import command, options, parse
from tests.operations import doctoring
from tests.operations.commandline import Grid
from tests.operations.connections import connect_services
from tests.operations.platform import INSTANCE, PROJECT, REPLICA, LocalGoogle
from tests.operations.releases import image, push
from tests.operations.terraform_stack import offline_google

URL = "postgresql://grid_app:password@10.64.0.9:5432/grid?sslmode=require"
EXAMPLES = [line for entry in COMMANDS.values() for line in entry.examples]
TERRAFORM = ("plan", "apply", "drift")
NOT_RUN = {
    "db": "tests/operations/test_db.py",
    "gateway": "tests/operations/test_gateway.py",
    "import": "tests/operations/test_import.py",
}
"""Commands whose programs or addresses the local Google does not have, and their tests."""


def arguments(line: str, environment: str = "test") -> list[str]:
    """Return the arguments of an example, for another environment and with an image."""
    name = "migrations" if line.startswith("grid migrate ") else "api"
    filled = Template(line).substitute(IMAGE=image("2", name)).replace("prod", environment)
    return shlex.split(filled)[1:]


def path(line: str) -> list[str]:
    """Return the words of an example that name the command."""
    words = line.split()[1:]
    return words[: words.index("prod")]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_description_examples_and_exit_codes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    summary, examples, exit_codes = COMMANDS[name]
    names = path(examples[0])
    assert cli.main([*names, "--help"]) == 0
    shown = capsys.readouterr().out
    head, _, codes = shown.partition("\nExit codes:\n")
    head, _, listed = head.partition("\nExamples:\n")
    assert [line.strip() for line in listed.splitlines() if line] == list(examples)
    assert [int(line.split()[0]) for line in codes.splitlines() if line[2] != " "] == [*exit_codes]
    assert " ".join(codes.split()) == " ".join(f"{code} {MEANINGS[code]}" for code in exit_codes)
    paragraphs = [" ".join(part.split()) for part in head.split("\n\n")]
    assert (paragraphs[1], paragraphs[2].endswith(".")) == (summary, True)


@pytest.mark.parametrize("line", EXAMPLES)
def test_example_is_parsed_into_the_values_of_its_options(line: str) -> None:
    """Every option of the example exists, belongs to that command, and takes effect."""
    parsed = parse(arguments(line, "prod"))
    assert parsed.command in {" ".join(path(line)), path(line)[0]}
    assert parsed.values["environment"] == "prod"
    used = {word for word in shlex.split(line) if word.startswith("--")}
    assert sorted(used - options(path(line))) == []
    for param in command(path(line)).params:
        if used & {*param.opts, *param.secondary_opts}:
            assert parsed.values[param.name] not in (param.default, None), param.name


def prepare(name: str, grid: Grid, cloud: LocalGoogle) -> None:
    """Bring the platform into the state in which an operator runs the command."""
    push(cloud, image("1"), image("2"), image("2", "migrations"))
    if name == "rollback":
        for digit in "12":
            assert grid("deploy", "test", f"--image=api={image(digit)}", "--watch=0").code == 0
    if name in {"verify-backup", "restore", "verify-restore", "drill"}:
        assert grid("backup", "test", "--export").code == 0
    if name == "restore":
        del cloud.sql.instances[INSTANCE]["replicaNames"]
        cloud.store.remove("sqladmin", f"projects/{PROJECT}/instances/{REPLICA}")
    if name == "failover":
        connect_services(cloud, URL)
        cloud.sql.instances[INSTANCE]["state"] = "FAILED"
        cloud.monitoring.lag_seconds[f"{PROJECT}:{REPLICA}"] = 4.0
    if name == "logs":
        cloud.answers("logging.entries.list", lambda _: {})
    if name == "unlock":
        grid.answers.append("test")


RUN = [
    line
    for line in EXAMPLES
    if path(line)[0] not in {*TERRAFORM, *NOT_RUN} and "--follow" not in line
]


@pytest.mark.parametrize("line", RUN)
def test_example_succeeds(
    line: str, grid: Grid, cloud: LocalGoogle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = path(line)[0]
    if name in {"doctor", "permissions", "quota", "cost"}:
        doctoring.set_up(cloud, grid, tmp_path, monkeypatch)
    prepare(name, grid, cloud)
    run: Any = grid if "--outputs" in options(path(line)) else grid.bare
    result = run(*arguments(line))
    assert result.code == 0, result.stderr


def test_examples_of_terraform_succeed(
    grid: Grid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with offline_google(monkeypatch, tmp_path, grid) as stack:
        stack.write()
        codes = {
            line: grid.bare(*arguments(line), "--no-synth").code
            for name in TERRAFORM
            for line in COMMANDS[name].examples
            if line != "grid apply prod" and "--allow-destroy" not in line
        }
    assert codes == {line: 5 if "--detailed-exitcode" in line else 0 for line in codes}
