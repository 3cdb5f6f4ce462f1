"""Errors of reading a secret. No message contains a value."""


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
