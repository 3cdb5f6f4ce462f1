"""Write a new environment file, and nothing where it would be invalid."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from environments.loader import load
from environments.new.answers import Answers
from environments.new.template import render
from environments.problems import EnvironmentFileError, Problem


def create(answers: Answers, folder: Path) -> Path:
    """Write `<environment>.yaml` into the folder of the environment files; return its path.

    Raises:
        EnvironmentFileError: there is a file of that name, the folder cannot be written, or the
            new file would be invalid, for example because another environment uses the same project
            or domain. Nothing is written.
    """
    file = new_file(answers.environment, folder)
    text = render(answers)
    _check(text, file)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        actual = f"a file that cannot be written: {error.strerror}"
        expected = "a folder that this user can write"
        raise EnvironmentFileError([Problem((), actual, expected, file=str(file))]) from error
    return file


def new_file(environment: str, folder: Path) -> Path:
    """Return the path of the file to create.

    Raises:
        EnvironmentFileError: there is a file of that name.
    """
    file = folder / f"{environment}.yaml"
    for existing in (file, file.with_suffix(".yml")):
        if existing.exists() or existing.is_symlink():
            problem = Problem(
                (),
                "a file that exists",
                "a new name: this command never overwrites a file",
                file=str(existing),
                advice="Give another name, or edit the file",
            )
            raise EnvironmentFileError([problem])
    return file


def _check(text: str, file: Path) -> None:
    """Check the file among the others, in a copy of their folder."""
    with tempfile.TemporaryDirectory() as scratch:
        for other in file.parent.glob("*.yaml"):
            shutil.copy(other, scratch)
        new = Path(scratch, file.name)
        new.write_text(text, encoding="utf-8")
        try:
            load(folder=Path(scratch), last=file.stem)
        except EnvironmentFileError as error:
            # Mistakes of other files do not stop a new one.
            own = [
                replace(problem, file=str(file))
                for problem in error.problems
                if Path(problem.file).name == file.name
            ]
            if own:
                raise EnvironmentFileError(own) from None
