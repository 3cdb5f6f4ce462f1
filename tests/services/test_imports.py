"""Tests of the imports of grid_shared."""

import subprocess
import sys
from pathlib import Path

import pytest

import grid_shared

SHARED = Path(__file__).parents[2] / "services" / "shared"


@pytest.mark.parametrize(
    ("names", "others"),
    [
        ("Cache, CacheConfig, Json, Serializer, connect", "google"),
        ("AsyncSecrets, Secrets, SecretsConfig", "redis"),
        ("AsyncSecrets, Secrets, SecretsConfig", "google"),
    ],
)
def test_secrets_and_cache_are_imported_separately(names: str, others: str) -> None:
    program = f"from grid_shared import {names}\nimport sys\nprint({others!r} in sys.modules)"
    command = [sys.executable, "-c", program]
    output = subprocess.check_output(command, cwd=SHARED, text=True)
    assert output.split() == ["False"]


def test_package_exports_only_its_public_names() -> None:
    for name in grid_shared.__all__:
        assert getattr(grid_shared, name).__module__.startswith("grid_shared.")
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = grid_shared.Nothing  # type: ignore[attr-defined]
