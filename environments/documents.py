"""Reading YAML with the line of every value, so that an error can name it."""

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import yaml
from yaml.composer import ComposerError

from environments.problems import Path

_TEXT, _MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a YAML file."""

    data: Any
    """Mappings, sequences and scalars. Keys are text as it is written: `on` and `80` too."""
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
    """Return the content of a file.

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
        _index(node, (), lines, repeated)
        return Document(loader.construct_document(node), lines, tuple(repeated))
    except (AttributeError, KeyError, RecursionError, ValueError) as error:
        # What PyYAML raises for a date like 2026-02-30, an anchor in itself, `!!bool perhaps`, ...
        raise yaml.YAMLError(f"a value that YAML cannot express: {error}") from error
    finally:
        loader.dispose()


def _index(node: yaml.Node, path: Path, lines: dict[Path, int], repeated: list[Path]) -> None:
    """Note the lines and the repeated keys of all that is below a node, and make its keys text."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ComposerError(None, None, "found a key that is not text", key.start_mark)
            if key.tag != _MERGE:
                key.tag = _TEXT
            at = (*path, key.value)
            if key.value in seen:
                repeated.append(at)
            seen.add(key.value)
            lines[at] = key.start_mark.line + 1
            _index(value, at, lines, repeated)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            at = (*path, index)
            lines[at] = item.start_mark.line + 1
            _index(item, at, lines, repeated)
