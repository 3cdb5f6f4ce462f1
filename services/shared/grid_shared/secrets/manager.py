"""Reads of Secret Manager: retries, errors, and validation of responses.

Imported with the first read: Google's client takes half a second, and mounted secrets need none.
"""

import logging
from collections.abc import Callable

import google_crc32c
from google.api_core.exceptions import (
    Aborted,
    DeadlineExceeded,
    FailedPrecondition,
    Forbidden,
    GoogleAPICallError,
    InternalServerError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    RetryError,
    ServiceUnavailable,
    Unknown,
)
from google.api_core.retry import AsyncRetry, Retry, if_exception_type
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.secretmanager_v1 import (
    SecretManagerServiceAsyncClient,
    SecretManagerServiceClient,
)
from google.cloud.secretmanager_v1.types import AccessSecretVersionResponse

from grid_shared.secrets.errors import (
    SecretDeniedError,
    SecretEmptyError,
    SecretError,
    SecretMissingError,
    SecretUnavailableError,
)
from grid_shared.secrets.value import SecretValue

logger = logging.getLogger(__name__)

_TRANSLATIONS: list[tuple[type[Exception], type[SecretError], str]] = [
    (NotFound, SecretMissingError, "there is no such secret or version; add one"),
    (FailedPrecondition, SecretMissingError, "the version is disabled or destroyed; enable it"),
    (
        Forbidden,
        SecretDeniedError,
        "the service account lacks roles/secretmanager.secretAccessor on it; name the secret "
        "under the service's `secrets`",
    ),
    (InvalidArgument, SecretError, "Secret Manager rejects this name (InvalidArgument)"),
    (
        DefaultCredentialsError,
        SecretDeniedError,
        "there are no credentials; on Cloud Run give the service a service account, on a laptop "
        "set up Application Default Credentials",
    ),
]
TRANSIENT = (
    Aborted,
    DeadlineExceeded,
    InternalServerError,
    ResourceExhausted,
    RetryError,
    ServiceUnavailable,
    Unknown,
)
"""Temporary errors of the client: a retry can succeed."""


def translate_error(error: Exception, resource: str) -> SecretError:
    """Return our error for one of Google's client.

    Only an error that says something about the secret itself makes a value read before invalid.
    Others say that it cannot be read now, UNAUTHENTICATED and errors of credentials among them.
    """
    for theirs, ours, advice in _TRANSLATIONS:
        if isinstance(error, theirs):
            return ours(f"{resource}: {advice}")
    reason = type(error).__name__
    return SecretUnavailableError(f"{resource}: Secret Manager does not answer ({reason})")


_TRANSPORTS = "google.cloud.secretmanager_v1.services.secret_manager_service.transports"


def _without_values(record: logging.LogRecord) -> bool:
    return not hasattr(record, "response")


# At level DEBUG Google's transports attach each answer, values included, to a log record, and
# formatters that write all attributes of a record write them.
for _transport in ("grpc", "grpc_asyncio"):
    logging.getLogger(f"{_TRANSPORTS}.{_transport}").addFilter(_without_values)


def retry(deadline: float) -> Retry:
    """Return a policy that retries after 0.1 s, growing to 1 s, for `deadline` seconds.

    The client's default policy begins with 2 s and continues for 1 min.
    """
    return Retry(if_exception_type(*TRANSIENT), initial=0.1, maximum=1.0, timeout=deadline)


def async_retry(deadline: float) -> AsyncRetry:
    """Return the same policy for the asynchronous client."""
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


def access(
    client: Callable[[], SecretManagerServiceClient], resource: str, deadline: float
) -> SecretValue:
    """Read a version.

    Raises:
        SecretError: of the kinds in `grid_shared.secrets`.
    """
    try:
        response = client().access_secret_version(
            name=resource, timeout=deadline, retry=retry(deadline)
        )
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        raise translate_error(error, resource) from error
    return validate_response(response, resource)


async def async_access(
    client: Callable[[], SecretManagerServiceAsyncClient], resource: str, deadline: float
) -> SecretValue:
    """Read a version in the same way with the asynchronous client."""
    try:
        response = await client().access_secret_version(
            name=resource, timeout=deadline, retry=async_retry(deadline)
        )
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        raise translate_error(error, resource) from error
    return validate_response(response, resource)
