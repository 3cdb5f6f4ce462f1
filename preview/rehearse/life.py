"""State of a rehearsal: one environment, from its bootstrap to its end."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from preview.rehearse.laptop import Laptop

SECONDS = 30
"""How long a request to the world may take."""


@dataclass
class Life:
    """One environment, from its bootstrap to its end."""

    laptop: Laptop
    url: str
    """Address of Google's APIs."""
    images: dict[str, dict[str, str]] = field(default_factory=dict)
    """References by version and service; `migrations` is the image of the migration job."""

    @property
    def name(self) -> str:
        """Name of the environment."""
        return self.laptop.environment

    @property
    def outputs(self) -> dict[str, Any]:
        """Outputs of the applied platform, by name."""
        folder = self.laptop.folder / "outputs.json"
        values: dict[str, Any] = json.loads(folder.read_text("utf-8"))
        return {name: output["value"] for name, output in values.items()}

    def write_outputs(self) -> None:
        """Write the outputs of the applied platform to the folder."""
        text = self.laptop.terraform("output", "-json")
        (self.laptop.folder / "outputs.json").write_text(text, "utf-8")

    @property
    def addresses(self) -> list[str]:
        """Addresses of the services in all regions."""
        services = self.outputs["services"].values()
        return [regional["uri"] for regions in services for regional in regions.values()]


def read_json(output: str) -> Any:
    """Return the JSON at the end of an output that has progress before it."""
    return json.loads("{" + output.partition("{" if output.startswith("{") else "\n{")[2])


def find_last(output: str, pattern: str) -> str:
    """Return the last text that fits a pattern; empty where none does."""
    found = re.findall(pattern, output)
    return found[-1] if found else ""
