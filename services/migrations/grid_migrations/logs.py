"""Log lines that Cloud Logging reads: one JSON object each, with severity and message."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter


def configure() -> None:
    """Write every log record to standard error as JSON (Cloud Logging, "Structured logging")."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            "{levelname}{message}{name}",
            style="{",
            rename_fields={"levelname": "severity", "name": "logger"},
            timestamp="time",
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it would say again what we say
