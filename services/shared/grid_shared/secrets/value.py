"""A secret value whose string forms hide it."""

import hmac
from typing import Final, Self


class SecretValue:
    """A secret's bytes. Its repr, str and format are the same for every value.

    A plain string would be printed by whatever prints local variables with a traceback.
    """

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data: Final = data

    def bytes(self) -> bytes:
        """Return the value as it is stored."""
        return self._data

    def text(self) -> str:
        """Return the value as UTF-8 text.

        Raises:
            ValueError: it is not UTF-8. The message and the cause do not have the value, which
                Python's own error carries.
        """
        try:
            return self._data.decode()
        except UnicodeDecodeError:
            pass
        raise ValueError("the secret is not UTF-8 text; read it with bytes()")

    def __repr__(self) -> str:
        return "SecretValue(...)"

    def __eq__(self, other: object) -> bool:
        """Compare values in a time that does not depend on where they differ."""
        if not isinstance(other, SecretValue):
            return NotImplemented
        return hmac.compare_digest(self._data, other._data)

    def __hash__(self) -> int:
        return hash(self._data)

    def __copy__(self) -> Self:
        """Return the value itself: it cannot change, and dataclasses copy their fields."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> str:
        raise TypeError("a secret value cannot be pickled: that would take it out of the process")
