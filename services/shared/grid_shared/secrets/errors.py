"""Errors of reading a secret. No message contains a value."""


class SecretError(Exception):
    """A secret could not be read."""


class SecretMissingError(SecretError):
    """It does not exist, has no such version, or the version is disabled or destroyed."""


class SecretEmptyError(SecretError):
    """It exists and is empty."""


class SecretDeniedError(SecretError):
    """The service has no permission to read it."""


class SecretUnavailableError(SecretError):
    """It is temporarily unreadable. A cached value is returned until its stale limit."""
