"""Change a copy of the repository step by step, and run every check after each step."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.owner.changes import CHANGES
from tests.owner.repository import Repository

CHECKS = (
    ("check", ("python", "-m", "environments", "check")),
    ("synth", ("python", "-O", "main.py")),
    ("bootstrap", ("python", "-O", "main.py", "--bootstrap")),
    ("snapshots", ("python", "-m", "tests.snapshots")),
    ("lint", ("ruff", "check", ".")),
    ("workflows", ("zizmor", "--offline", "--quiet", "--no-progress", ".github")),
    ("tests", ("python", "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider")),
)


def main() -> int:
    """Print a line for each change and check; returns 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.owner", description=__doc__)
    names = [change.__name__ for change in CHANGES]
    only = "check only after these changes; all changes without one"
    parser.add_argument("changes", nargs="*", metavar="CHANGE", help=f"{only}: {', '.join(names)}")
    options = parser.parse_args()
    if unknown := set(options.changes) - set(names):
        parser.error(f"no change {', '.join(sorted(unknown))}")
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        repository = Repository.copy(Path(scratch, "repository"))
        for change in CHANGES:
            change(repository.environments)
            if options.changes and change.__name__ not in options.changes:
                continue
            for name, command in CHECKS:
                start = time.monotonic()
                finished = repository.run(*command)
                lines = finished.stdout.strip().splitlines()
                last = lines[-1] if lines else ""
                state = "ok" if finished.returncode == 0 else "FAILED"
                seconds = time.monotonic() - start
                print(f"{change.__name__:20} {name:10} {state:6} {seconds:4.0f} s  {last[:90]}")
                sys.stdout.flush()
                if finished.returncode:
                    failed = True
                    print("\n".join(lines[-60:]))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
