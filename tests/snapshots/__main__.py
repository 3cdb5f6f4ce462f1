"""`make snapshots`: check and synthesize the environments, then replace their snapshots."""

import sys
from pathlib import Path

from environments import EnvironmentFileError
from tests import snapshots
from tests.template import ROOT, stacks


def main(arguments: list[str]) -> int:
    """Run with the folders of environments and snapshots; returns 0, or 2 for an invalid file."""
    environments = Path(arguments[0]) if arguments else ROOT / "environments"
    folder = Path(arguments[1]) if len(arguments) > 1 else snapshots.FOLDER
    try:
        texts = snapshots.render(stacks(environments))
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2
    snapshots.write(texts, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
