"""The two providers that are compared, each with a world of its own in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from offline.terraform.genuine import Genuine
from offline.terraform.session import Offline

DOORS: Mapping[str, Callable[[Path | None], Offline]] = {
    "genuine": lambda mirror: Genuine(mirror=mirror),
    "embedded": lambda _: Offline(),
}
"""Return a session with each provider; the argument is the folder with the genuine one."""
