"""`python -m tests.reference`: write docs/reference from the schema, `grid`, and the outputs."""

from environments import load
from environments.reference import page
from operations.reference import grid, outputs, permissions
from tests.template import ENVIRONMENTS, ROOT

FOLDER = ROOT / "docs" / "reference"


def pages() -> dict[str, str]:
    """Return the pages by the name of their file, with examples from the fixtures."""
    return {
        "environment.md": page(load(folder=ENVIRONMENTS)),
        "grid.md": grid(),
        "outputs.md": outputs(),
        "permissions.md": permissions(),
    }


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
