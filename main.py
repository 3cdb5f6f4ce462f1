"""Write the Terraform JSON of the environments: `python main.py [NAME...]`, all without a name."""

import gc
import os
import sys

import bindings


def main(names: list[str]) -> int:
    """Synthesize to cdktf.out, or to CDKTF_OUTDIR; returns 0, or 2 where a file is wrong."""
    if bindings.activate():
        gc.disable()  # a second's work leaves little garbage, and a look for it takes a tenth
    from environments import EnvironmentFileError, load  # while Node starts

    try:
        environments = load(names)
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2
    from cdktf import App  # activate() decides what an import of cdktf loads

    from stacks import PlatformStack

    app = App(outdir=os.environ.get("CDKTF_OUTDIR") or str(bindings.ROOT / "cdktf.out"))
    for name, environment in environments.items():
        PlatformStack(app, name, environment)
    app.synth()
    gc.freeze()  # or Python looks through everything once more when it ends
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
