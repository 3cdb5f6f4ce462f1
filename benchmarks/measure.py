"""Time and memory of a command, with all the processes that it starts."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1 << 20

_PROC = Path("/proc")
_SAMPLE_SECONDS = 0.005
_SCAN_SECONDS = 0.05  # a look at every process of the machine; new ones are rare
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

# What would make a run differ from that of a user who has set nothing. Python without bytecode
# compiles every module again in every run.
_UNSET = (
    "CDKTF_OUTDIR",
    "GRID_BINDINGS",
    "GRID_ENVIRONMENTS",
    "JSII_RUNTIME",
    "NODE_OPTIONS",
    "PYTHONDONTWRITEBYTECODE",
)


class BenchmarkError(Exception):
    """A measurement has no meaning: a command failed, or two of them did different work."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program to measure, run in the root folder of the project."""

    arguments: tuple[str, ...]
    """Program and arguments."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables in addition to those of this process."""
    is_quiet: bool = False
    """Whether to drop what a successful run says on standard error."""


def memory_method() -> str | None:
    """How memory is counted here: `PSS`, `RSS`, or None where there is no /proc.

    PSS counts a page that n processes share as 1/n in each, so that the sum over processes is the
    memory that they really take; RSS counts it in full in each. Source: proc(5).
    """
    if (_PROC / "self" / "smaps_rollup").exists():
        return "PSS"
    return "RSS" if (_PROC / "self" / "statm").exists() else None


def wall_seconds(command: Command) -> float:
    """Wall time of a command, in seconds. Nothing else is done meanwhile.

    Raises:
        BenchmarkError: the command failed.
    """
    return wall_and_processor_seconds(command)[0]


def wall_and_processor_seconds(command: Command) -> tuple[float, float]:
    """Wall time of a command, and processor time of it and the processes that it waited for.

    Raises:
        BenchmarkError: the command failed.
    """
    start, used = time.perf_counter(), _used_by_children()
    with _started(command) as process:
        process.wait()
        return time.perf_counter() - start, _used_by_children() - used


def _used_by_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def peak_mebibytes(command: Command) -> float:
    """Return the peak memory of a command and its descendants together, in MiB.

    It is read every 5 ms, which makes the command about 5 % slower: time is measured apart.

    Raises:
        BenchmarkError: the command failed, or there is no /proc.
    """
    method = memory_method()
    if method is None:
        raise BenchmarkError("memory is read from /proc, which is not here")
    read = _proportional_bytes if method == "PSS" else _resident_bytes
    peak, scanned, pids = 0, 0.0, set[int]()
    with _started(command) as process:
        while process.poll() is None:
            now = time.perf_counter()
            if now - scanned > _SCAN_SECONDS:
                pids, scanned = _tree(process.pid), now
            peak = max(peak, sum(map(read, pids)))
            time.sleep(max(0.0, now + _SAMPLE_SECONDS - time.perf_counter()))
    return peak / MEBIBYTE


@contextmanager
def _started(command: Command) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command; stop it if the block fails, and require success otherwise."""
    environment = {k: v for k, v in os.environ.items() if k not in _UNSET}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command.arguments,
            cwd=ROOT,
            env=environment | dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        errors.seek(0)
        output = errors.read().decode(errors="replace").strip()
        if process.returncode:
            line = " ".join(command.arguments)
            raise BenchmarkError(f"`{line}` ended with code {process.returncode}:\n{output}")
        if output and not command.is_quiet:  # such as that the overlay could not be built
            sys.stderr.write(f"{output}\n")


def _tree(root: int) -> set[int]:
    """Process ids of a process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_bytes()
            except OSError:  # it has exited
                continue
            parent = int(stat[stat.rindex(b")") :].split()[2])  # the name may hold spaces
            children.setdefault(parent, []).append(int(entry.name))
    pids, unseen = {root}, [root]
    while unseen:
        born = children.get(unseen.pop(), [])
        pids.update(born)
        unseen += born
    return pids


def _proportional_bytes(pid: int) -> int:
    try:
        for line in (_PROC / str(pid) / "smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:  # it has exited
        pass
    return 0


def _resident_bytes(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_bytes().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):  # it has exited
        return 0
