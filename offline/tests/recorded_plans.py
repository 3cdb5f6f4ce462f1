"""Plans of the genuine provider for `plans/main.tf`: `python tests/recorded_plans.py MIRROR`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from offline.compare.life import Life
from offline.compare.run import live
from offline.compare.scratch import copy
from offline.terraform.genuine import Genuine
from offline.terraform.session import Offline

FOLDER = Path(__file__).with_name("plans")
RECORDED = FOLDER / "recorded.json"


def plan(session: Offline, scratch: Path) -> Life:
    """Plan the folder with the provider of a session."""
    (life,) = live(session, [copy(FOLDER, scratch / "plans")], plan_only=True)
    if life.errors:
        raise RuntimeError(str(life.errors))
    return life


def recorded() -> Life:
    """Return the recorded plan."""
    return Life.from_dict(json.loads(RECORDED.read_text("utf-8")))


def record(mirror: Path) -> None:
    """Record the plan of the provider in a filesystem mirror."""
    with tempfile.TemporaryDirectory() as scratch, Genuine(mirror=mirror) as session:
        content = plan(session, Path(scratch)).to_dict()
    RECORDED.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    record(Path(sys.argv[1]).resolve())
