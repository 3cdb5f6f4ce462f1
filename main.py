"""Write the Terraform JSON of the environments: `python main.py [--bootstrap] [NAME...]`.

Without a name it writes all; with `--bootstrap` what each needs before its platform.
"""

import gc
import os
import sys
from pathlib import Path

import bindings


def main(arguments: list[str]) -> int:
    """Synthesize to cdktf.out, or to CDKTF_OUTDIR; returns 0, or 2 where a file is wrong."""
    if bindings.activate():
        gc.disable()  # a second's work leaves little garbage, and a look for it takes a tenth
    from contract import synthesis
    from environments import EnvironmentFileError, load  # while Node starts
    from environments.loader import directory
    from environments.schema.environment import BOOTSTRAP

    bootstrap = "--bootstrap" in arguments
    try:
        environments = load([one for one in arguments if one != "--bootstrap"])
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2
    from cdktf import App  # activate() decides what an import of cdktf loads

    app = App(outdir=os.environ.get("CDKTF_OUTDIR") or str(bindings.ROOT / "cdktf.out"))
    if bootstrap:
        from stacks.bootstrap import BootstrapStack

        for name, environment in environments.items():
            BootstrapStack(app, name + BOOTSTRAP, environment)
    else:
        from stacks import PlatformStack

        for name, environment in environments.items():
            PlatformStack(app, name, environment)
    app.synth()
    for name in environments:
        stack = Path(app.outdir, "stacks", name + BOOTSTRAP if bootstrap else name)
        synthesis.record(stack, directory() / f"{name}.yaml")
    gc.freeze()  # or Python looks through everything once more when it ends
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
