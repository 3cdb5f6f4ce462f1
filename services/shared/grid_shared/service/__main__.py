"""`python -m grid_shared.service`: serve the package `grid_<SERVICE>` until SIGTERM."""

import gc
import os
import sys
from importlib import import_module

import uvicorn

from grid_shared.secrets import SecretError
from grid_shared.service import logs
from grid_shared.service.app import create
from grid_shared.service.limits import LimitedProtocol
from grid_shared.service.settings import Settings, SettingsError

GRACE = 7
"""Seconds after SIGTERM for running requests. Cloud Run kills the container after 10 s; the rest is
for closing connections."""


def main() -> int:
    """Serve; 2 when the environment is unusable.

    On SIGTERM uvicorn takes no more connections, lets requests end, and then the application
    closes its pools. It ends with the signal, as Cloud Run expects.
    """
    try:
        settings = Settings.of(os.environ)
        app = create(import_module(f"grid_{settings.service}.app").SERVICE, settings)
    except (SettingsError, SecretError) as error:
        print(error, file=sys.stderr)
        return 2
    logs.configure(settings.project)
    # Modules stay until the end. Looking through their 60,000 objects for garbage stops the event
    # loop for 20 ms each time.
    gc.collect()
    gc.freeze()
    uvicorn.run(
        app,
        host="0.0.0.0",  # noqa: S104 - a container is reached from outside
        port=settings.port,
        http=LimitedProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
