"""`python -m tests.reference`: write docs/reference from the schema, `grid`, and the outputs, and
docs/facts.md.
"""

from environments import load
from environments.reference import page
from facts import reference as facts
from offline.services.monitoring.metric_types import sources
from operations.reference import grid, outputs, permissions
from tests.template import ENVIRONMENTS, ROOT

FOLDER = ROOT / "docs" / "reference"
FACTS = ROOT / facts.PAGE


def pages() -> dict[str, str]:
    """Return the pages by the name of their file, with examples from the fixtures."""
    return {
        "environment.md": page(load(folder=ENVIRONMENTS)),
        "grid.md": grid(),
        "outputs.md": outputs(),
        "permissions.md": permissions(),
    }


def facts_page() -> str:
    """Return the page of facts, with the sources of the offline Google that have the same keys."""
    return facts.page({"Metric types": sources()})


def main() -> None:
    """Write the pages."""
    FACTS.write_text(facts_page(), encoding="utf-8")
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
