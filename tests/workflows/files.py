"""Reader of the workflows and actions."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FILES = [*WORKFLOWS, *sorted(GITHUB.glob("actions/*/action.yml"))]


@cache
def content(file: Path) -> Any:
    """Return the content of a file; YAML would read its `on` as true."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506


def jobs(file: Path) -> dict[str, Any]:
    """Return the jobs of a workflow by their ids."""
    by_id: dict[str, Any] = content(file)["jobs"]
    return by_id


def steps(file: Path) -> Iterator[Any]:
    """List the steps of all jobs, or of an action."""
    document = content(file)
    sections = [document["runs"]] if "runs" in document else jobs(file).values()
    for section in sections:
        yield from section.get("steps", ())


def scripts(file: Path) -> list[str]:
    """List the scripts of the steps."""
    return [step["run"] for step in steps(file) if "run" in step]


def targets() -> set[str]:
    """Return the targets of make that the workflows call, also through their matrix."""
    text = "\n".join(script for file in FILES for script in scripts(file))
    called = {word for line in re.findall(r"make ([a-z ]+)", text) for word in line.split()}
    check = jobs(GITHUB / "workflows" / "check.yml")["check"]["strategy"]["matrix"]["include"]
    return called | {word for row in check for word in row["targets"].split()}
