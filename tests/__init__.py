"""Tests, on environment files of their own.

The bindings are activated here, before any test module imports cdktf. Every test, and every process
that it starts, reads the environments of `tests/fixtures/environments`; only `tests/live` reads the
owner's.
"""

import os
from pathlib import Path

import bindings

os.environ["GRID_ENVIRONMENTS"] = str(Path(__file__).parent / "fixtures" / "environments")

bindings.activate()
