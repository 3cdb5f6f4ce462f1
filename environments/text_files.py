"""Read text files in UTF-8 within a limit of size."""

from pathlib import Path as FilePath

from environments.problems import Problem

Position = tuple[int, int]
"""Line and column, counted from 1."""
MAX_BYTES = 1_000_000
"""Bytes of a file. 300 services take about 100 kB."""


class UnreadableError(Exception):
    """A file is not YAML, or exceeds a limit."""

    def __init__(
        self, actual: str, expected: str, position: Position | tuple[None, None] = (None, None)
    ) -> None:
        super().__init__(actual)
        self.actual, self.expected = actual, expected
        self.position = position

    def problem(self, file: str) -> Problem:
        """Return the problem that the file has."""
        line, column = self.position
        return Problem((), self.actual, self.expected, file=file, line=line, column=column)


def read_text(file: FilePath) -> str:
    """Return the content of a file in UTF-8.

    Raises:
        UnreadableError: the file cannot be read, is too large, or is not UTF-8.
    """
    if file.is_symlink() and not file.exists():
        raise UnreadableError(
            f"a symbolic link to {file.readlink()}, which does not exist", "a link to a file"
        )
    try:
        if not file.is_file():
            kind = "a directory" if file.is_dir() else "not a regular file"
            raise UnreadableError(kind if file.exists() else "no such file", "a YAML file")
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(
            f"a file that cannot be read: {error.strerror}", "a file that this user may read"
        ) from error
    if len(content) > MAX_BYTES:
        raise UnreadableError(f"a file of more than {MAX_BYTES} bytes", f"at most {MAX_BYTES}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = content.rfind(b"\n", 0, error.start) + 1
        position = content.count(b"\n", 0, start) + 1, error.start - start + 1
        byte = f"byte 0x{content[error.start]:02x}"
        raise UnreadableError(f"{byte}, which is not UTF-8", "a file in UTF-8", position) from error
    return text
