"""Read a YAML file within limits of size and depth, with the line of every value.

The reader builds values from YAML's events. PyYAML's own constructors recurse, and expand aliases.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from environments.problems import Path, Problem
from environments.scalars import AmbiguousScalarError, parse
from environments.text_files import Position, UnreadableError, read_text

MAX_DEPTH = 32
"""Levels of mappings and lists. The schema has seven."""
MAX_VALUES = 100_000
"""Keys and values of a file, those of aliases counted at each use."""
MAX_PROBLEMS = 100
"""Scalars that are reported before the rest is left out."""

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_EVENTS_WITH_TAG = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a YAML file."""

    data: Any
    """Mappings, sequences and scalars. Keys are strings as they are written: `on` and `80` too."""
    positions: dict[Path, Position]
    """Line and column of each key or item, counted from 1."""
    problems: tuple[Problem, ...] = ()
    """Duplicate keys, and scalars that YAML 1.1 and YAML 1.2 read differently."""
    ambiguous: tuple[Path, ...] = ()
    """Paths of these scalars; the data has their text."""

    def position(self, path: Path) -> Position | tuple[None, None]:
        """Return line and column of a value, or of the nearest part of the file with it."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (None, None))


def read(file: FilePath) -> Document:
    """Read a file.

    Raises:
        UnreadableError: the file cannot be read, is not UTF-8 or YAML, or exceeds a limit.
    """
    text = read_text(file)
    loader = _Loader(text)
    try:
        return _Reader(loader).document()
    except yaml.YAMLError as error:
        raise _not_yaml(error, text) from error
    finally:
        loader.dispose()


def _not_yaml(error: yaml.YAMLError, text: str) -> UnreadableError:
    mark = getattr(error, "problem_mark", None)
    actual = getattr(error, "problem", None) or str(error).splitlines()[0]
    if "special characters" in actual or "control characters" in actual:
        actual = "a control character"
    elif mark and "\t" in _indentation(text, mark.line):
        return UnreadableError("a tab in the indentation", "spaces", (mark.line + 1, 1))
    position = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return UnreadableError(
        actual, "YAML: indented with spaces, each bracket and quote closed", position
    )


def _indentation(text: str, line: int) -> str:
    for content in text.split("\n")[line : line + 1]:
        return content[: len(content) - len(content.lstrip())]
    return ""


@dataclass(slots=True)
class _Anchor:
    """A value that has a name, and how many values it consists of."""

    value: Any
    size: int


@dataclass(slots=True)
class _Reader:
    """Builds one document from the events of a loader."""

    loader: Any
    positions: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    ambiguous: list[Path] = field(default_factory=list)
    anchors: dict[str, _Anchor] = field(default_factory=dict)
    size: int = 0

    def document(self) -> Document:
        loader = self.loader
        loader.get_event()  # the start of the stream
        if loader.check_event(yaml.StreamEndEvent):
            return Document(None, {})
        loader.get_event()  # the start of the document
        data = self._value((), loader.get_event(), depth=0)
        loader.get_event()  # the end of the document
        if not loader.check_event(yaml.StreamEndEvent):
            raise UnreadableError(
                "a second document", "one document in a file", _position(loader.get_event())
            )
        return Document(data, self.positions, tuple(self.problems), tuple(self.ambiguous))

    def _value(self, path: Path, event: Any, depth: int) -> Any:
        self._count(1, event)
        if depth > MAX_DEPTH:
            raise UnreadableError(
                f"more than {MAX_DEPTH} levels",
                "mappings and lists of fewer levels",
                _position(event),
            )
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if isinstance(event, _EVENTS_WITH_TAG) and event.tag not in (None, "!"):
            raise UnreadableError(
                f"the tag {event.tag!r}", "a value without a tag", _position(event)
            )
        before = self.size
        if isinstance(event, yaml.MappingStartEvent):
            value: Any = self._mapping(path, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(path, depth)
        else:
            value = self._scalar(path, event)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(value, self.size - before + 1)
        return value

    def _count(self, values: int, event: Any) -> None:
        self.size += values
        if self.size > MAX_VALUES:
            raise UnreadableError(
                f"more than {MAX_VALUES} keys and values, with those of aliases",
                "a smaller file",
                _position(event),
            )

    def _alias(self, event: Any) -> Any:
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            raise UnreadableError(
                f"the alias *{event.anchor}", "an anchor of that name before it", _position(event)
            )
        self._count(anchor.size, event)
        return anchor.value

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for event in self._events(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise UnreadableError("a key that is not a string", "a string", _position(event))
            key = event.value
            at, value_event = (*path, key), self.loader.get_event()
            if key == "<<" and event.implicit[0]:
                for source in self._merged(at, value_event, depth):
                    merged = source | merged
                continue
            if key in own:
                self._report(at, "a duplicate key", "each key once", event)
            self.positions[at] = _position(event)
            own[key] = self._value(at, value_event, depth + 1)
        return merged | own

    def _merged(self, at: Path, event: Any, depth: int) -> list[dict[str, Any]]:
        """Read the value of a merge key `<<`: a mapping, or a list of mappings."""
        value = self._value(at, event, depth + 1)
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise UnreadableError("a merge of what is no mapping", "<<: *name", _position(event))
        return sources

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self._events(yaml.SequenceEndEvent):
            at = (*path, len(items))
            self.positions[at] = _position(event)
            items.append(self._value(at, event, depth + 1))
        return items

    def _events(self, end: type[yaml.Event]) -> Iterator[Any]:
        while not self.loader.check_event(end):
            yield self.loader.get_event()
        self.loader.get_event()

    def _scalar(self, path: Path, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text  # in quotes, or a block
        try:
            return parse(text)
        except AmbiguousScalarError as error:
            if len(self.ambiguous) < MAX_PROBLEMS:
                self.ambiguous.append(path)
            self._report(path, error.actual, error.expected, event)
            return text

    def _report(self, path: Path, actual: str, expected: str, event: Any) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            line, column = _position(event)
            self.problems.append(Problem(path, actual, expected, line=line, column=column))


def _position(event: Any) -> Position:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
