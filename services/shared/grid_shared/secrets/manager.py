"""Retry policy for Secret Manager, and validation of its responses."""

import logging

import google_crc32c
from google.api_core.retry import AsyncRetry, Retry, if_exception_type
from google.cloud.secretmanager_v1.types import AccessSecretVersionResponse

from grid_shared.secrets.errors import (
    TRANSIENT,
    SecretEmptyError,
    SecretUnavailableError,
)
from grid_shared.secrets.value import SecretValue

logger = logging.getLogger(__name__)

_TRANSPORTS = "google.cloud.secretmanager_v1.services.secret_manager_service.transports"


def _without_values(record: logging.LogRecord) -> bool:
    return not hasattr(record, "response")


# At level DEBUG Google's transports attach each answer, values included, to a log record, and
# formatters that write all attributes of a record write them.
for _transport in ("grpc", "grpc_asyncio"):
    logging.getLogger(f"{_TRANSPORTS}.{_transport}").addFilter(_without_values)


def retry(deadline: float) -> Retry:
    """Retry after 0.1 s growing to 1 s, until `deadline` seconds are over.

    The client's own policy goes on for a minute, and from 2 s.
    """
    return Retry(if_exception_type(*TRANSIENT), initial=0.1, maximum=1.0, timeout=deadline)


def async_retry(deadline: float) -> AsyncRetry:
    """Retry in the same way for the asynchronous client."""
    return AsyncRetry(if_exception_type(*TRANSIENT), initial=0.1, maximum=1.0, timeout=deadline)


def validate_response(response: AccessSecretVersionResponse, resource: str) -> SecretValue:
    """Return the value of an answer.

    Raises:
        SecretEmptyError: the payload is empty.
        SecretUnavailableError: its checksum is not that of its data: it was damaged on the way.
    """
    payload = response.payload
    if not payload.data:
        raise SecretEmptyError(f"{resource}: the version is empty; add one with a value")
    if "data_crc32c" in payload and google_crc32c.value(payload.data) != payload.data_crc32c:
        raise SecretUnavailableError(f"{resource}: the data was damaged (CRC32C differs)")
    if payload.data.endswith(b"\n"):
        logger.warning(
            "%s ends with a line feed; a password with one is another password", resource
        )
    return SecretValue(payload.data)
