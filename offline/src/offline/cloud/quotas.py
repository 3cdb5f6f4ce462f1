"""Quotas per project and region, as a table that a file can replace.

The defaults are those of a project that has been in use for a while. A new project has far less:
20 vCPU in a region for Cloud Run, and no GPU. To see the errors of a new project, write its quotas
into a file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from facts import quotas

DEFAULTS = quotas.defaults()
"""Their units are in the fact's note; the real numbers differ from project to project."""


@dataclass(frozen=True)
class Quotas:
    """Limits by name; `limits` holds only what differs from the defaults.

    A key is a name of `DEFAULTS`, alone or for a place: `run_cpu`, `run_cpu@us-east1`,
    `run_cpu@my-project`, `run_cpu@my-project/us-east1`; the most exact one wins. `enabled`: APIs
    on before Terraform starts, None when that depends on the cloud (see
    services/serviceusage/enablement.py). `delayed`: type -> how many creations its API rejects
    in a project before the first succeeds, as APIs do for a while after they are enabled.
    """

    limits: Mapping[str, float] = field(default_factory=dict)
    enabled: frozenset[str] | None = None
    delayed: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject unknown names, so that a typo in a file is reported.

        Raises:
            ValueError: a name is unknown or a limit is not a number from 0 up.
        """
        for key, limit in self.limits.items():
            name = key.partition("@")[0]
            if name not in DEFAULTS:
                raise ValueError(f"quota {key!r} is unknown; known: {', '.join(sorted(DEFAULTS))}")
            if not _is_limit(limit):
                raise ValueError(f"quota {key!r} is {limit!r}; wanted a number from 0 up")

    def limit(self, name: str, *, project: str = "", region: str = "") -> float:
        """Return the limit for a place.

        Raises:
            KeyError: no such quota.
        """
        for key in (f"{name}@{project}/{region}", f"{name}@{project}", f"{name}@{region}", name):
            if key in self.limits:
                return self.limits[key]
        return DEFAULTS[name]

    @classmethod
    def read(cls, file: Path) -> "Quotas":
        """Read `{"run_cpu@us-east1": 20, "enabled": ["compute.googleapis.com"]}`; `delayed` is an
        object.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is not JSON, or not such an object.
        """
        content = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError(f"{file}: wanted a JSON object of quotas")
        enabled, delayed = content.pop("enabled", None), content.pop("delayed", {})
        return cls(content, None if enabled is None else frozenset(enabled), delayed)


def _is_limit(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
