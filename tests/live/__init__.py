"""Tests of the owner's environment files: only what holds for any valid file."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "environments"
NAMES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
