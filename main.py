"""Write the Terraform JSON of the environments: `python main.py [--bootstrap] [NAME...]`.

Without a name it writes all; with `--bootstrap` what each needs before its platform.
"""

import bindings.startup  # isort: skip

import os
import sys
from pathlib import Path

from cdktf import App

from contract import synthesis
from environments import EnvironmentFileError, load
from environments.loader import directory
from environments.schema.environment import BOOTSTRAP
from stacks import retained
from stacks.bootstrap import BootstrapStack
from stacks.platform import PlatformStack


def main(arguments: list[str]) -> int:
    """Synthesize to cdktf.out, or to CDKTF_OUTDIR; return 0, or 2 if a file is invalid."""
    bootstrap = "--bootstrap" in arguments
    try:
        environments = load([argument for argument in arguments if argument != "--bootstrap"])
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2
    app = App(outdir=os.environ.get("CDKTF_OUTDIR") or str(bindings.ROOT / "cdktf.out"))
    stack_class, suffix = (BootstrapStack, BOOTSTRAP) if bootstrap else (PlatformStack, "")
    for name, environment in environments.items():
        stack_class(app, name + suffix, environment)
    app.synth()
    for name, environment in environments.items():
        stack = Path(app.outdir, "stacks", name + suffix)
        if not bootstrap:
            retained.write(stack, environment)
        synthesis.record(stack, directory() / f"{name}.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
