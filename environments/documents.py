"""Reading YAML with the line of every value, so that an error can name it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import yaml

from environments.problems import Path

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a YAML file."""

    data: Any
    """Mappings, sequences and scalars."""
    lines: dict[Path, int]
    """Line of each key or item, counted from 1."""
    repeated: tuple[Path, ...]
    """Keys that stand twice in one mapping; YAML would silently take the last."""

    def line(self, path: Path) -> int | None:
        """Line of a value, or of the nearest part of the file that contains it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read(file: FilePath) -> Document:
    """The content of a file.

    Raises:
        OSError: the file cannot be read.
        yaml.YAMLError: it is not YAML.
    """
    loader = _Loader(file.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        if node is None:
            return Document(None, {}, ())
        lines: dict[Path, int] = {}
        repeated: list[Path] = []
        for path, line in _walk(node, ()):
            if path in lines:
                repeated.append(path)
            lines[path] = line
        return Document(loader.construct_document(node), lines, tuple(repeated))
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = (*path, key.value)
            yield at, key.start_mark.line + 1
            yield from _walk(value, at)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            at = (*path, index)
            yield at, item.start_mark.line + 1
            yield from _walk(item, at)
