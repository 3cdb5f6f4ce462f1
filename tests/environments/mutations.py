"""`python -m tests.environments.mutations COUNT [SEED]`: check mutated environment files.

Each file is a fixture with a few mutations of its content, its text or its bytes. It has to be
valid or to have problems. The process has a limit of memory, and prints the slowest file.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from environments.loader import load
from environments.problems import EnvironmentFileError
from tests.environments.samples import PROJECT, content, paths
from tests.template import ENVIRONMENTS

MAX_MEMORY = 2**30
"""Bytes of address space."""
_SCALARS: tuple[Any, ...] = (
    *(None, True, 0, -1, 3, 10**30, 1.5, float("inf"), float("nan")),
    *("", " ", "x", "010", "1e3", "on", "~", "é", "\u202e", "\0", "\U0001f44d", "a" * 300),
    *("a" * 100_000, "10.0.0.0/20", "10.0.0.0/33", "0.0.0.0/0", "::/0", "US", "us-central1"),
    *("db-custom-999-9", "512Mi", "9" * 30 + "Gi", "${x}", "%{x}", "*", "[]", "{}", "@", "../.."),
)
_TOKENS = (
    *"\"'{}[]&*!|>%@`#?:,-\t\0\x07\ufeff\u2028\x85é",
    *("&a ", "*a", "!!int ", "!!binary ", "!!python/name:os.system ", "<<: ", "- ", ": ", "? "),
)
_LINES = (
    "---\n",
    "...\n",
    "x: *nope\n",
    "x: &x [*x]\n",
    '"\\uD800": 1\n',
    'x: !!int ""\n',
    "x: !!timestamp 2026-99-99\n",
    "? {a: b}\n: c\n",
    "<<: [{a: 1}, 2]\n",
    "x: " + "[" * 30_000 + "\n",
    "x: 0x" + "1" * 20_000 + "\n",
    "x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1]\n"
    + "".join(f"x{n + 1}: &x{n + 1} [{', '.join([f'*x{n}'] * 8)}]\n" for n in range(8)),
    "".join(f"key{n}: {n}\n" for n in range(3_000)),
)


def generate(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of mutated files; the same seed gives the same files."""
    chance = random.Random(seed)
    mutations: tuple[Callable[[str, random.Random], bytes], ...] = (_values, _values, _lines, _raw)
    for _ in range(count):
        name = chance.choice(PROJECT)
        yield name, chance.choice(mutations)(name, chance)


def _values(name: str, chance: random.Random) -> bytes:
    """Replace, delete, copy, rename or repeat values."""
    data: Any = content(name)
    for _ in range(chance.randint(1, 4)):
        *above, key = chance.choice([path for path, _ in paths(data)])
        section = data
        for step in above:
            section = section[step]
        mutation = chance.randrange(5)
        if mutation == 0:
            section[key] = chance.choice(_SCALARS)
        elif mutation == 1:
            del section[key]
        elif mutation == 2:
            section[key] = chance.choice([value for _, value in paths(content(name))])
        elif isinstance(section, list):
            section.extend(section * (500 // len(section)))
        elif mutation == 3:
            section[str(chance.choice(_SCALARS))[:60]] = section[key]
        else:
            section.update({f"{key}{n}": section[key] for n in range(chance.choice((1, 300)))})
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


def _lines(name: str, chance: random.Random) -> bytes:
    """Repeat, delete, indent or add lines, and put YAML's own characters into them."""
    lines = _text(name).splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        line, place = lines[at], chance.randrange(len(lines[at]))
        lines[at : at + 1] = chance.choice(
            (
                [line, line],
                [],
                [" " * chance.randint(0, 9) + line.lstrip()],
                [line[:place] + chance.choice(_TOKENS) + line[place:]],
                [line, chance.choice(_LINES)],
            )
        )
        lines = lines or ["x: 1\n"]
    return "".join(lines).encode("utf-8", "surrogatepass")


def _raw(name: str, chance: random.Random) -> bytes:
    """Encode, cut, repeat or damage the bytes."""
    text = _text(name)
    raw = bytearray(text.encode())
    raw[chance.randrange(len(raw))] = chance.randrange(256)
    return chance.choice(
        (
            bytes(raw),
            text.encode("utf-16"),
            text.encode("utf-8-sig"),
            text.replace("\n", "\r\n").encode(),
            text.encode()[: chance.randrange(len(text))],
            text.encode() * chance.choice((2, 600)),
            chance.randbytes(1_000),
        )
    )


def _text(name: str) -> str:
    return (ENVIRONMENTS / f"{name}.yaml").read_text(encoding="utf-8")


def main(count: int, seed: int = 0) -> None:
    """Check the files, and print how many are valid, the slowest, and the memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    valid, slowest = 0, (0.0, -1)
    with TemporaryDirectory() as folder:
        for number, (name, raw) in enumerate(generate(count, seed)):
            file = Path(folder, f"{name}.yaml")
            file.write_bytes(raw)
            start = time.perf_counter()
            try:
                load(folder=file.parent)
                valid += 1
            except EnvironmentFileError as error:
                if not error.problems:
                    raise
            except BaseException as error:
                error.add_note(f"file {number} of seed {seed}")
                raise
            slowest = max(slowest, (time.perf_counter() - start, number))
            file.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count} files, {valid} valid; file {slowest[1]} took {slowest[0]:.2f} s; {peak=} KiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
