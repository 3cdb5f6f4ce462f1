"""What exists in the folder of a world, for `offline world`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from offline.cloud.fake_cloud import FakeCloud
from offline.serve.served import FILE, Served


def listed(world: Path) -> Iterator[tuple[str, str]]:
    """Yield type and id of each resource, those of clients over REST too."""
    if not ((world / "world").is_dir() or (world / FILE).is_file()):
        return
    cloud = FakeCloud(world / "world")
    served = Served(world)
    if served.store.resources and served.is_available:
        from offline.engine.google import Google  # noqa: PLC0415 (it loads every service)
        from offline.providers import providers  # noqa: PLC0415
        from offline.translation.found import translated  # noqa: PLC0415

        cloud.folder = None  # another process may hold the folder: nothing is written
        made = providers(cloud, resources=translated(), data_sources=[], served=served)
        cast("Google", made["hashicorp/google"]).sync()
    for type_, held in sorted(cloud.resources.items()):
        for id_ in sorted(held):
            yield type_, id_
