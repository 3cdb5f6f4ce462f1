"""`python -m grid_shared.service`: serve the package `grid_<SERVICE>` until SIGTERM."""

import gc
import logging
import os
import sys

import uvicorn

from grid_shared.service import logs
from grid_shared.service.app import create
from grid_shared.service.limits import LimitedProtocol
from grid_shared.service.settings import Settings, SettingsError
from grid_shared.service.startup import load

GRACE = 7
"""Seconds after SIGTERM for running requests. Cloud Run kills the container after 10 s; the rest is
for closing connections."""


def main() -> int:
    """Serve until SIGTERM; return 2 if a setting is missing or invalid.

    On SIGTERM, uvicorn accepts no more connections and completes running requests. Then the
    application closes its pools. The process ends with the signal, as Cloud Run expects.
    """
    logs.configure(os.environ.get("GOOGLE_CLOUD_PROJECT", ""))
    try:
        settings = Settings.of(os.environ)
        app = create(load(settings.service), settings)
    except SettingsError as error:
        # One record of several lines is one entry in Cloud Logging.
        logging.getLogger("grid_shared.service").critical("%s", error, extra={"exit_code": 2})
        return 2
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
