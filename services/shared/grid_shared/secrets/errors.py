"""Errors of reading a secret. No message contains a value."""

from google.api_core.exceptions import (
    Aborted,
    DeadlineExceeded,
    FailedPrecondition,
    Forbidden,
    InternalServerError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    RetryError,
    ServiceUnavailable,
    Unknown,
)
from google.auth.exceptions import DefaultCredentialsError


class SecretError(Exception):
    """A secret could not be read."""


class SecretMissingError(SecretError):
    """It does not exist, has no such version, or the version is disabled or destroyed."""


class SecretEmptyError(SecretError):
    """It exists and is empty."""


class SecretDeniedError(SecretError):
    """The service may not read it."""


class SecretUnavailableError(SecretError):
    """It cannot be read now. A value read before is given out until its stale limit."""


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
        "run gcloud auth application-default login",
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
"""Errors of the client that pass: worth another try."""


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
