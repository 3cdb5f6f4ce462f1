"""Applications of services, as `python -m grid_shared.service` creates them."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from fastapi import FastAPI

from grid_shared.service.app import create
from grid_shared.service.settings import MOUNT, Settings


def application(environment: Mapping[str, str], mount: Path = MOUNT) -> FastAPI:
    """Create the service that SERVICE names; `api` without it."""
    settings = Settings.of(environment, mount=mount)
    return create(import_module(f"grid_{settings.service}.app").SERVICE, settings)
