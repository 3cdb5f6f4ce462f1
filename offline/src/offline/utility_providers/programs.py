"""hashicorp/external: a data source that a program answers."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from pathlib import Path

from offline.environ import harmless_environ
from offline.protocol.contract import ProviderError, Value
from offline.utility_providers.provider import Behavior

_LOOKUP = """\
The data source received an unexpected error while attempting to find the program.

The program must be accessible according to the platform where Terraform is running."""
_RESULT = """\
The data source received unexpected results after executing the program.

Program output must be a JSON encoded map of string keys and string values."""
_EXECUTION = "The data source received an unexpected error while attempting to execute the program."


def _run(config: Value, folder: Path) -> Value:
    """Run the program with the query as JSON. Raises ProviderError."""
    program = [part for part in config["program"] if part]
    if not program:
        raise ProviderError(
            "External Program Missing",
            "The data source was configured without a program to execute. Verify the configuration "
            "contains at least one non-empty value.",
            ("program",),
        )
    name = program[0]
    local = folder / name
    path = str(local) if "/" in name else shutil.which(name)
    if path is None or not Path(path).exists():
        detail = f"{_LOOKUP}\n\nPlatform: {platform.system().lower()}\nProgram: {name}"
        raise ProviderError("External Program Lookup Failed", detail, ("program",))
    query = {key: text for key, text in (config.get("query") or {}).items() if text is not None}
    try:
        done = subprocess.run(  # noqa: S603
            [path, *program[1:]],
            cwd=folder / (config.get("working_dir") or ""),
            env=harmless_environ(),
            input=json.dumps(query, sort_keys=True, separators=(",", ":")).encode(),
            capture_output=True,
            check=False,
        )
    except OSError as error:
        detail = f"{_EXECUTION}\n\nProgram: {path}\nState: {error}"
        raise ProviderError("External Program Execution Failed", detail, ("program",)) from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace")
        why = f"Error Message: {message}" if message else "It returned no error message."
        detail = f"{_EXECUTION}\n\nProgram: {path}\n{why}\nState: exit status {done.returncode}"
        raise ProviderError("External Program Execution Failed", detail, ("program",))
    try:
        result = json.loads(done.stdout)
    except ValueError as error:
        raise _unexpected(path, str(error)) from error
    if not isinstance(result, dict) or not all(isinstance(text, str) for text in result.values()):
        raise _unexpected(path, "not a map of strings")
    return {"result": result, "id": "-"}


def _unexpected(path: str, why: str) -> ProviderError:
    detail = f"{_RESULT}\n\nProgram: {path}\nResult Error: {why}"
    return ProviderError("Unexpected External Program Results", detail, ("program",))


BEHAVIOR = Behavior(data_sources={"external": _run})
