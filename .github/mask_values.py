"""Hide each value of `GRID_SECRET_VALUES` in the log: `python3 mask_values.py`.

GitHub hides a secret as a whole, and this one is a JSON object with several values. It runs with
the runner's own Python. Source: GitHub, "Workflow commands", `add-mask`.
"""

import json
import os
import sys
from collections.abc import Iterator


def commands(text: str) -> Iterator[str]:
    """Yield a command for each line of each value; GitHub compares line by line.

    What is not an object of strings yields nothing: `grid` reports it.
    """
    try:
        values = json.loads(text or "{}")
    except ValueError:
        return
    for value in values.values() if isinstance(values, dict) else ():
        for line in value.splitlines() if isinstance(value, str) else ():
            if line.strip():
                yield f"::add-mask::{line.replace('%', '%25')}"


if __name__ == "__main__":
    text = os.environ.get("GRID_SECRET_VALUES", "")
    sys.stdout.writelines(f"{line}\n" for line in commands(text))
