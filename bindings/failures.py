"""What a program prints when an exception ends it: one line where the machine is the cause."""

import errno
import os
import re
import sys
from pathlib import Path
from types import TracebackType

from bindings import manifest
from bindings.overlay import active

_REBUILT = "GRID_BINDINGS_REBUILT"
"""Set for the second run of a program whose overlay was damaged. There is no third."""

_OF_THE_MACHINE = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EEXIST,
    errno.EIO,
    errno.EISDIR,
    errno.EMFILE,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}
_CODES = "|".join(sorted(errno.errorcode[number] for number in _OF_THE_MACHINE))
_OF_NODE = re.compile(rf"\b(?:{_CODES}): [^\n]*|Cannot use the jsii package cache in [^\n]*")


def describe(error: BaseException) -> str | None:
    """Return one line about an error that the machine causes (a full or read-only disk, missing
    permissions), else None.
    """
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        place = f": {error.filename}" if error.filename else ""
        return f"Error: {error.strerror}{place}"
    if isinstance(error, BrokenPipeError):
        return "Error: Node exited; its output is above"
    if isinstance(error, RuntimeError) or type(error).__name__ == "JSIIError":
        match = _OF_NODE.search(str(error))
        return f"Error: {match[0]}" if match else None
    return None


def report(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Print what ended the program; as `sys.excepthook`.

    An error of a program whose overlay is damaged may come from the damage: the overlay is removed
    and the program runs again, once.
    """
    if issubclass(kind, KeyboardInterrupt):
        print("Error: Interrupted. Run the command again", file=sys.stderr)
        return
    if (overlay := active()) and _REBUILT not in os.environ:
        _run_again_if_damaged(overlay)
    if line := describe(error):
        print(line, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)


def _run_again_if_damaged(overlay: Path) -> None:
    if manifest.is_intact(overlay):
        return
    try:
        manifest.remove(overlay)
    except OSError as error:
        print(f"bindings: {overlay} is damaged and cannot be removed: {error}", file=sys.stderr)
        return
    print(f"bindings: {overlay} was damaged; building it again", file=sys.stderr)
    os.environ[_REBUILT] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
