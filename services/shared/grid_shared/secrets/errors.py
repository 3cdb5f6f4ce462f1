"""Errors of reading a secret. No message contains a value."""

from google.api_core.exceptions import (
    DeadlineExceeded,
    FailedPrecondition,
    Forbidden,
    GoogleAPICallError,
    NotFound,
    ResourceExhausted,
    RetryError,
    ServiceUnavailable,
)


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


_TRANSLATIONS: list[tuple[type[GoogleAPICallError], type[SecretError], str]] = [
    (NotFound, SecretMissingError, "there is no such secret or version; add one"),
    (FailedPrecondition, SecretMissingError, "the version is disabled or destroyed; enable it"),
    (
        Forbidden,
        SecretDeniedError,
        "the service account lacks roles/secretmanager.secretAccessor on it; name the secret "
        "under the service's `secrets`",
    ),
]
UNAVAILABLE = (ServiceUnavailable, DeadlineExceeded, ResourceExhausted, RetryError)
"""Errors of the client that pass: worth another try, and a reason to give out an older value."""


def translate_error(error: Exception, resource: str) -> SecretError:
    """Our error for one of Google's client."""
    for theirs, ours, advice in _TRANSLATIONS:
        if isinstance(error, theirs):
            return ours(f"{resource}: {advice}")
    if isinstance(error, UNAVAILABLE):
        return SecretUnavailableError(f"{resource}: Secret Manager does not answer")
    return SecretError(f"{resource}: Secret Manager answered {type(error).__name__}")
