"""Provider modules are found wherever a file of the repository imports them."""

from pathlib import Path

import pytest

from bindings import imports
from bindings.imports import imported_modules
from bindings.packages import PROVIDERS
from tests.bindings.project import run

GOOGLE = PROVIDERS[0]

STATEMENTS = [
    f"from {GOOGLE}.pubsub_topic import PubsubTopic",
    f"from {GOOGLE}.pubsub_topic import (\n    PubsubTopic,\n)",
    f"import {GOOGLE}.pubsub_topic as topics",
    f"import os, {GOOGLE}.pubsub_topic",
    f"from {GOOGLE} import pubsub_topic",
    f"from {GOOGLE} import pubsub_topic as topics",
    f"from {GOOGLE} import (\n    pubsub_topic,  # a comment (of this line)\n    sql_user,\n)",
    f'import importlib\nimportlib.import_module("{GOOGLE}.pubsub_topic")',
    f"import {GOOGLE}\n{GOOGLE}.pubsub_topic.PubsubTopic",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("file", ["extras.py", "teams/data/topics.py", "constructs/topics.py"])
def test_import_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, statement: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(f"{statement}\n", encoding="utf-8")
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    assert "pubsub_topic" in imported_modules()[GOOGLE]


@pytest.mark.parametrize("file", [".hidden/a.py", "docs/a.py", "teams/__pycache__/a.py", "a.txt"])
def test_import_is_not_found_where_no_module_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(STATEMENTS[0], encoding="utf-8")
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    assert imported_modules()[GOOGLE] == ["provider"]


@pytest.mark.parametrize(
    "text", [f"from {GOOGLE}.no_such_module import X", f"# {GOOGLE}.__init__", f"{GOOGLE}._jsii"]
)
def test_name_that_is_no_module_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    (tmp_path / "extras.py").write_bytes(text.encode() + b" # \xff is not UTF-8")
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    assert imported_modules()[GOOGLE] == ["provider"]


def test_import_of_a_team_module_works_in_each_form(project: Path) -> None:
    for number, statement in enumerate(STATEMENTS):
        module = project / "teams" / f"module{number}.py"
        module.parent.mkdir(exist_ok=True)
        module.write_text(f"{statement}\n", encoding="utf-8")
    names = ", ".join(f"teams.module{number}" for number in range(len(STATEMENTS)))
    process = run(["-c", f"import bindings; bindings.activate()\nimport {names}"], cwd=project)
    assert (process.returncode, process.stderr) == (0, "")
