"""A file for a plan that nobody else reads: a plan holds sensitive values in clear."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def private_file() -> Iterator[Path]:
    """Provide a file for Terraform while the block runs.

    On Linux it is in memory only, and is gone with this process, however that ends. Elsewhere it is
    in a temporary folder that a kill leaves behind.
    """
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("plan")
        try:
            yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
        finally:
            os.close(descriptor)
    else:
        with TemporaryDirectory() as folder:
            yield Path(folder, "plan")
